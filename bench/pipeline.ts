// npm run bench: what a frame costs, stage by stage, beside the two models' own time (the floor). All figures of one
// run come from the same process, one after the other, so that their ratios mean something on any machine.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { map, Subject } from 'rxjs';
import sharp from 'sharp';
import { decodePicture } from '../src/capture/decode-picture.ts';
import type { Frame } from '../src/capture/frame.ts';
import { decideMood } from '../src/mood/decide-mood.ts';
import { evidenceOfFaces } from '../src/mood/evidence.ts';
import { reportMoods } from '../src/mood/report-moods.ts';
import { smoothFaces } from '../src/mood/smooth-faces.ts';
import { moodPayload } from '../src/publish/payload.ts';
import type { EmotionClassifier } from '../src/vision/emotion.ts';
import type { FaceDetector } from '../src/vision/face.ts';
import { loadEmotionClassifier } from '../src/vision/onnx-emotion-classifier.ts';
import { loadFaceDetector } from '../src/vision/onnx-face-detector.ts';
import { createObserver } from '../src/vision/observe-frame.ts';
import type { Observation } from '../src/vision/observation.ts';

const MODELS = fileURLToPath(new URL('../models/', import.meta.url));
const FRAMES = 200;

/** CPU time of this process, all threads, in ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Mean CPU ms of `run`, after a warm-up. */
async function measure(run: (i: number) => unknown, count = FRAMES): Promise<number> {
  for (let i = 0; i < 10; i++) await run(i);
  const startMs = cpuMs();
  for (let i = 0; i < count; i++) await run(i);
  return (cpuMs() - startMs) / count;
}

interface DemoPicture {
  readonly jpeg: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A picture of the demo clip in which the detector finds just one face. */
async function pictureWithOneFace(detector: FaceDetector): Promise<DemoPicture> {
  const index = JSON.parse(await readFile(`${MODELS}demo/clip.json`, 'utf8')) as { frameBytes: number[] };
  const clip = await readFile(`${MODELS}demo/clip.mjpeg`);
  let at = 0;
  for (const length of index.frameBytes) {
    const jpeg = clip.subarray(at, (at += length));
    const { rgb, width, height } = await decodePicture(jpeg);
    const faces = await detector.detect({ camera: 'bench', index: 0, atMs: 0, width, height, rgb });
    if (faces.length === 1) return { jpeg, width, height };
  }
  throw new Error('no picture of the demo clip has one face; is models/face sound?');
}

/** The picture four times, at half its size. */
async function fourFaces({ jpeg, width, height }: DemoPicture): Promise<Buffer> {
  const half = await sharp(jpeg)
    .resize(width / 2, height / 2)
    .toBuffer();
  const places = [0, 1, 2, 3].map((i) => ({
    input: half,
    left: (i % 2) * (width / 2),
    top: Math.floor(i / 2) * (height / 2),
  }));
  return sharp(jpeg).composite(places).jpeg({ quality: 90 }).toBuffer();
}

/** The models alone: their sessions, run on inputs that are there already. */
async function modelsAlone(): Promise<{ detector: number; classifier: number }> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const face = await InferenceSession.create(`${MODELS}face/model.onnx`, options);
  const emotion = await InferenceSession.create(`${MODELS}emotion/model.onnx`, options);
  const picture = new Tensor('float32', new Float32Array(3 * 256 * 320), [1, 3, 256, 320]);
  const crop = new Tensor('float32', new Float32Array(48 * 48), [1, 1, 48, 48]);
  return {
    detector: await measure(() => face.run({ [face.inputNames[0]!]: picture })),
    classifier: await measure(() => emotion.run({ [emotion.inputNames[0]!]: crop })),
  };
}

interface Cost {
  readonly faces: number;
  readonly decode: number;
  readonly detect: number;
  readonly classify: number;
  readonly observe: number;
  readonly mood: number;
}

async function costOf(jpeg: Buffer, detector: FaceDetector, classifier: EmotionClassifier): Promise<Cost> {
  const { rgb, width, height } = await decodePicture(jpeg);
  const frame = (i: number): Frame => ({ camera: 'bench', index: i, atMs: i * 200, width, height, rgb });
  const boxes = (await detector.detect(frame(0))).map(({ box }) => box);
  const observe = createObserver(detector, classifier);
  let clock = 0;
  let observation: Observation | undefined;
  const observed = await measure(async () => {
    observation = await observe(frame(clock++));
  });
  const observations$ = new Subject<Observation>();
  const settings = {
    halfLifeMs: 1000,
    forgetMs: 3000,
    enter: 0.5,
    leave: 0.35,
    dwellMs: 1000,
    absentAfterMs: 4000,
    validForMs: 15_000,
  };
  const moods$ = observations$.pipe(
    smoothFaces(settings),
    map(evidenceOfFaces),
    decideMood(settings),
    reportMoods({ everyMs: 1000, step: 0.05, refreshMs: 5000 }),
    map(moodPayload),
  );
  moods$.subscribe();
  return {
    faces: boxes.length,
    decode: await measure(() => decodePicture(jpeg)),
    detect: await measure(() => detector.detect(frame(0))),
    classify: await measure(() => classifier.classify(frame(0), boxes)),
    observe: observed,
    mood: await measure((i) => {
      observations$.next({ ...observation!, atMs: i * 200 });
    }, 20_000),
  };
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const detector = await loadFaceDetector(`${MODELS}face`);
const classifier = await loadEmotionClassifier(`${MODELS}emotion`);
const floor = await modelsAlone();
const one = await pictureWithOneFace(detector);
const empty = await sharp({ create: { width: one.width, height: one.height, channels: 3, background: '#8a8378' } })
  .jpeg()
  .toBuffer();
const costs: Cost[] = [];
for (const jpeg of [empty, one.jpeg, await fourFaces(one)]) costs.push(await costOf(jpeg, detector, classifier));

const rows = costs.map((cost) => {
  const models = floor.detector + cost.faces * floor.classifier;
  const pipeline = cost.observe + cost.mood;
  return { ...cost, models, pipeline, ratio: pipeline / models, ratioWithDecode: (pipeline + cost.decode) / models };
});
if (values.json) console.log(JSON.stringify({ frame: `${one.width}x${one.height}`, floor, rows }));
else {
  console.log(
    `CPU ms a ${one.width}×${one.height} frame, one thread a model; the models alone: detector ${floor.detector.toFixed(2)}, classifier ${floor.classifier.toFixed(2)} a face`,
  );
  console.table(
    rows.map((row) => ({
      faces: row.faces,
      'decode JPEG': row.decode.toFixed(2),
      'letterbox + detect': row.detect.toFixed(2),
      'crop + classify': row.classify.toFixed(2),
      'mood + payload': row.mood.toFixed(4),
      pipeline: row.pipeline.toFixed(2),
      'models alone': row.models.toFixed(2),
      'pipeline / models': row.ratio.toFixed(2),
      'with decode': row.ratioWithDecode.toFixed(2),
    })),
  );
}
await detector.close();
await classifier.close();
