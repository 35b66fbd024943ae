import { fileURLToPath } from 'node:url';
import { Subject, map } from 'rxjs';
import { decodePicture } from '../src/capture/decode-picture.ts';
import { loadConfig } from '../src/config/load-config.ts';
import type { MoodstatConfig } from '../src/config/resolve-config.ts';
import { cameraMood } from '../src/mood/camera-mood.ts';
import { reportMoods } from '../src/mood/report-moods.ts';
import { steadyFaces } from '../src/mood/steady-faces.ts';
import { moodPayload } from '../src/publish/payload.ts';
import { readEmotionCard } from '../src/vision/emotion-card.ts';
import type { EmotionClassifier, EmotionScores } from '../src/vision/emotion.ts';
import { labelPrior } from '../src/vision/emotion-scores.ts';
import { readFaceCard } from '../src/vision/face-card.ts';
import { squareAround } from '../src/vision/face-crop.ts';
import { inputLength, renderFace } from '../src/vision/face-input.ts';
import type { FaceDetector } from '../src/vision/face.ts';
import { createLetterbox } from '../src/vision/letterbox.ts';
import { createObserver } from '../src/vision/observe-frame.ts';
import type { Observation } from '../src/vision/observation.ts';
import { loadEmotionClassifier } from '../src/vision/onnx-emotion-classifier.ts';
import { loadFaceDetector } from '../src/vision/onnx-face-detector.ts';
import { NO_TRACKS, trackFaces } from '../src/vision/track-faces.ts';
import { cpuOf, cpuOfEach } from './cpu-clock.ts';
import { frameOf, picturesWithFaces } from './demo-pictures.ts';
import { digits, type Measurement } from './measurement.ts';
import { EMOTION_MODEL, FACE_MODEL, type ModelsAlone, openModelsAlone } from './models-alone.ts';
import { publishCost } from './publish-cost.ts';

const CONFIG = fileURLToPath(new URL('../config/moodstat.yaml', import.meta.url));

/** CPU ms a frame of 640 × 480 px by stage, beside the two models in bare ONNX Runtime. */
export const cost: Measurement = {
  name: 'cost',
  title: 'CPU ms a frame of 640×480 px, by stage',
  async run() {
    const { config } = await loadConfig(CONFIG, process.env);
    const detector = await loadFaceDetector(FACE_MODEL);
    const classifier = await loadEmotionClassifier(EMOTION_MODEL);
    const alone = await openModelsAlone();
    const figures = [];
    for (const jpeg of await picturesWithFaces(detector)) {
      const stages = await costOf(jpeg, { detector, classifier, alone }, config.mood);
      const { models } = stages;
      const pipeline = stages.vision + stages.mood + stages.publish;
      figures.push({
        ...stages,
        models,
        pipeline,
        ratio: pipeline / models,
        ratioWithDecode: (pipeline + stages.decode) / models,
      });
    }
    await Promise.all([detector.close(), classifier.close(), alone.close()]);
    return {
      figures,
      rows: figures.map((row) => ({
        faces: row.faces,
        decode: digits(row.decode),
        letterbox: digits(row.letterbox),
        detect: digits(row.detect),
        track: digits(row.track, 3),
        crop: digits(row.crop),
        classify: digits(row.classify),
        mood: digits(row.mood, 3),
        publish: digits(row.publish, 3),
        pipeline: digits(row.pipeline),
        'models alone': digits(row.models),
        'pipeline ÷ models': digits(row.ratio),
        'with decode': digits(row.ratioWithDecode),
      })),
      notes: [
        'decode: a JPEG, as HTTP cameras and the demo send; ffmpeg decodes the others, in its own process',
        'pipeline: letterbox to publish, measured as one; publish at the rate of the shipped configuration',
      ],
    };
  },
};

interface Models {
  readonly detector: FaceDetector;
  readonly classifier: EmotionClassifier;
  readonly alone: ModelsAlone;
}

async function costOf(jpeg: Uint8Array, { detector, classifier, alone }: Models, mood: MoodstatConfig['mood']) {
  const frame = await frameOf(jpeg);
  const detected = await detector.detect(frame);
  const boxes = detected.map(({ box }) => box);
  const { input: faceInput } = await readFaceCard(FACE_MODEL);
  const { input, crop, heads } = await readEmotionCard(EMOTION_MODEL);
  const letterbox = createLetterbox(frame, faceInput);
  const picture = new Float32Array(letterbox.length);
  const crops = new Float32Array(boxes.length * inputLength(input));
  const fit = await cpuOf(() => {
    letterbox.render(frame, picture);
  });
  const cut = await cpuOf(() => {
    boxes.forEach((box, i) => {
      renderFace(frame, squareAround(box, crop), input, crops, i * inputLength(input));
    });
  });
  let tracks = NO_TRACKS;
  const observe = createObserver(detector, classifier);
  let observation: Observation | undefined;
  const [models, vision] = (await cpuOfEach([
    // In turn, as a frame runs them: each finds its weights where the other has left the cache.
    async () => {
      await alone.detect();
      for (let face = 0; face < boxes.length; face++) await alone.classify();
    },
    async (i) => {
      observation = await observe({ ...frame, atMs: i * FRAME_MS });
    },
  ])) as [number, number];
  const stream = moodCost(mood, labelPrior(heads['product']));
  const decided = await cpuOf((i) => {
    stream.next({ ...observation!, atMs: i * FRAME_MS });
  }, 5000);
  return {
    faces: boxes.length,
    decode: await cpuOf(() => decodePicture(jpeg)),
    letterbox: fit,
    detect: (await cpuOf(() => detector.detect(frame))) - fit,
    track: await cpuOf((i) => {
      tracks = trackFaces(tracks, detected, i * FRAME_MS).state;
    }, 5000),
    crop: cut,
    classify: (await cpuOf(() => classifier.classify(frame, boxes))) - cut,
    models,
    vision,
    mood: decided,
    publish: stream.reportsAFrame() * (await publishCost(stream.payload())),
  };
}

/** Between two frames of a camera of 5 a second. */
const FRAME_MS = 200;

/** From one camera's observations to payloads, as the daemon joins it; counts how many of them are reported. */
function moodCost(mood: MoodstatConfig['mood'], prior: EmotionScores) {
  const observations$ = new Subject<Observation>();
  let frames = 0;
  let reports = 0;
  let last = '';
  observations$
    .pipe(steadyFaces(mood, prior), cameraMood(mood), reportMoods(mood), map(moodPayload))
    .subscribe((payload) => {
      reports++;
      last = payload;
    });
  return {
    next(observation: Observation) {
      frames++;
      observations$.next(observation);
    },
    reportsAFrame: () => reports / frames,
    payload: () => last,
  };
}
