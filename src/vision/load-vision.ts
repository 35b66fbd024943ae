import type { EmotionClassifier } from './emotion.ts';
import type { FaceDetector } from './face.ts';
import { loadEmotionClassifier } from './onnx-emotion-classifier.ts';
import { loadFaceDetector } from './onnx-face-detector.ts';

export interface VisionSettings {
  /** Folders of the models. */
  readonly faceModel: string;
  readonly emotionModel: string;
  readonly head: string;
  readonly inputSize: { readonly width: number; readonly height: number };
  readonly minScore?: number | undefined;
  readonly minFacePx: number;
  readonly threads: number;
}

/** What a camera may ask for itself. */
export interface CameraThresholds {
  readonly minScore?: number | undefined;
  readonly minFacePx?: number | undefined;
}

/** The models of the daemon. Cameras with the same thresholds share a detector, all share the classifier. */
export interface Vision {
  readonly classifier: EmotionClassifier;
  detectorFor(camera: CameraThresholds): FaceDetector;
  close(): Promise<void>;
}

/** Loads what the cameras need; rejects with a `ModelError` when a model is missing, damaged or does not fit. */
export async function loadVision(settings: VisionSettings, cameras: readonly CameraThresholds[]): Promise<Vision> {
  const { threads } = settings;
  const classifier = await loadEmotionClassifier(settings.emotionModel, { head: settings.head, threads });
  const detectors = new Map<string, FaceDetector>();
  for (const camera of cameras) {
    const { minScore, minFacePx } = thresholdsOf(camera, settings);
    const key = keyOf({ minScore, minFacePx });
    if (detectors.has(key)) continue;
    const { width: inputWidth, height: inputHeight } = settings.inputSize;
    const options = { inputWidth, inputHeight, minFacePx, threads, ...(minScore === undefined ? {} : { minScore }) };
    detectors.set(key, await loadFaceDetector(settings.faceModel, options));
  }
  return {
    classifier,
    detectorFor(camera) {
      const detector = detectors.get(keyOf(thresholdsOf(camera, settings)));
      if (!detector) throw new RangeError('a camera that was not there when the models were loaded');
      return detector;
    },
    async close() {
      await Promise.all([classifier, ...detectors.values()].map((model) => model.close()));
    },
  };
}

function thresholdsOf(camera: CameraThresholds, settings: VisionSettings) {
  return { minScore: camera.minScore ?? settings.minScore, minFacePx: camera.minFacePx ?? settings.minFacePx };
}

function keyOf({ minScore, minFacePx }: ReturnType<typeof thresholdsOf>): string {
  return `${minScore ?? 'card'} ${minFacePx}`;
}
