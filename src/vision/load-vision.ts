import type { EmotionClassifier, EmotionScores } from './emotion.ts';
import { readEmotionCard } from './emotion-card.ts';
import { labelPrior } from './emotion-scores.ts';
import type { FaceDetector } from './face.ts';
import { type HaarOptions, loadHaarFaceDetector } from './haar-face-detector.ts';
import { loadEmotionClassifier } from './onnx-emotion-classifier.ts';
import { loadFaceDetector } from './onnx-face-detector.ts';
import { loadTensorFlowEmotionClassifier } from './tensorflow-emotion-classifier.ts';

export interface VisionSettings {
  /** What finds faces: the model `faceModel`, or OpenCV's cascade with `haar`. */
  readonly detector: 'onnx' | 'haar';
  readonly haar: Pick<HaarOptions, 'cascade' | 'scaleFactor' | 'minNeighbors'>;
  /** What runs the emotion model. */
  readonly engine: 'onnx' | 'tensorflow';
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
  /** What somebody may want to know of how it was loaded. */
  readonly remarks: readonly string[];
  /** How frequent each emotion was among the labels that the classifier learned from. */
  readonly labelPrior: EmotionScores;
  detectorFor(camera: CameraThresholds): FaceDetector;
  close(): Promise<void>;
}

/** Loads what the cameras need; rejects with a `ModelError` when a model is missing, damaged or does not fit. */
export async function loadVision(settings: VisionSettings, cameras: readonly CameraThresholds[]): Promise<Vision> {
  const { threads } = settings;
  const { classifier, remark } = await loadClassifier(settings);
  const { heads } = await readEmotionCard(settings.emotionModel);
  const detectors = new Map<string, FaceDetector>();
  for (const camera of cameras) {
    const { minScore, minFacePx } = thresholdsOf(camera, settings);
    const key = keyOf({ minScore, minFacePx });
    if (detectors.has(key)) continue;
    detectors.set(
      key,
      await loadDetector(settings, { minFacePx, threads, ...(minScore !== undefined && { minScore }) }),
    );
  }
  return {
    classifier,
    remarks: remark === undefined ? [] : [remark],
    labelPrior: labelPrior(heads[settings.head] ?? heads.product),
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

/** The classifier that is configured. Throws a `ModelError` when it cannot be loaded. */
export async function loadClassifier({
  engine,
  emotionModel,
  head,
  threads,
}: Pick<VisionSettings, 'engine' | 'emotionModel' | 'head' | 'threads'>): Promise<{
  readonly classifier: EmotionClassifier;
  readonly remark?: string;
}> {
  if (engine === 'onnx') return { classifier: await loadEmotionClassifier(emotionModel, { head, threads }) };
  const { classifier, runsOn } = await loadTensorFlowEmotionClassifier(emotionModel, { head, threads });
  return { classifier, remark: `emotions are read by ${runsOn}` };
}

/** The detector that is configured. Throws a `ModelError` when it cannot be loaded. */
export function loadDetector(
  { detector, faceModel, inputSize, haar }: Pick<VisionSettings, 'detector' | 'faceModel' | 'inputSize' | 'haar'>,
  thresholds: { readonly minFacePx?: number; readonly minScore?: number; readonly threads?: number } = {},
): Promise<FaceDetector> {
  if (detector === 'haar') return loadHaarFaceDetector({ ...haar, ...thresholds });
  return loadFaceDetector(faceModel, { inputWidth: inputSize.width, inputHeight: inputSize.height, ...thresholds });
}

function thresholdsOf(camera: CameraThresholds, settings: VisionSettings) {
  return { minScore: camera.minScore ?? settings.minScore, minFacePx: camera.minFacePx ?? settings.minFacePx };
}

function keyOf({ minScore, minFacePx }: ReturnType<typeof thresholdsOf>): string {
  return `${minScore ?? 'card'} ${minFacePx}`;
}
