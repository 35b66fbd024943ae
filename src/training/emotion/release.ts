import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMOTIONS } from '../../vision/emotion.ts';
import { emotionCardSchema, type EmotionHeadCard } from '../../vision/emotion-card.ts';
import { scoresFromOutput } from '../../vision/emotion-scores.ts';
import { loadEmotionClassifier } from '../../vision/onnx-emotion-classifier.ts';
import { readTensorFlowFiles } from '../../vision/tensorflow-files.ts';
import { loadTensorFlow } from '../backend.ts';
import { anyNumber, collect, entryScript } from '../entry.ts';
import { saveLayersModel } from '../layers-file.ts';
import { exportOnnx } from '../onnx/export-onnx.ts';
import { MIN_DEVIATION } from './augment.ts';
import { fitTemperature } from './calibrate.ts';
import { HEADS, loadMeanNet, type Head } from './compact-net.ts';
import { countParameters } from './count-parameters.ts';
import { SIDE, type LabelledPicture } from './data-set.ts';
import { scorePictures } from './judge.ts';
import { timesShown } from './sampling.ts';
import { predictLogits, selectionFigures } from './selection.ts';
import { buildTargets, classWeights, majority, targetShares } from './targets.ts';
import { loadTrainingData } from './training-data.ts';

const TFJS_FILE = 'tfjs/model.json';

const options = entryScript(
  'npm run release:emotion --',
  'The averaged weights of a checkpoint become a model: ONNX, and a card with temperatures fitted on PublicTest.',
)
  .requiredOption('--data <dir>', 'what it was trained on')
  .option(
    '--checkpoint <file>',
    'of npm run train (default: var/emotion/checkpoint.bin); of several, their mean',
    collect,
    [],
  )
  .option('--out <dir>', 'the model', 'models/emotion')
  .option('--margin <share>', 'how much wider than the detected face its pictures are', anyNumber, 0.12)
  .option('--shift-down <share>', 'how far below the centre of the box their centre lies', anyNumber, 0)
  .parse()
  .opts();

// The crop's margin: our detector's boxes, on FER-2013's pictures drawn 1.6 and 2.2 times as wide as they are, are 0.76
// of the picture wide and 1.01 high (medians of 277 faces), centred within 0.02; 1 / 0.89 gives the picture back.
const { tf } = await loadTensorFlow();
const { model, epoch, recipe } = await loadMeanNet(
  tf,
  options.checkpoint.length > 0 ? options.checkpoint : ['var/emotion/checkpoint.bin'],
);
const { training, selection } = await loadTrainingData(options.data, recipe.seed);
const targets = buildTargets(training, recipe.smoothing);
const labels = training.map(({ label }) => label);
const shown = timesShown(labels, recipe.oversample);
const logits = await predictLogits(tf, model, selection);
const figures = selectionFigures(logits, selection);
const temperatures = {
  // Each head is made honest about the labels that it is judged by; without votes both are.
  fer2013: calibrate('fer2013', (picture) => picture.label),
  product: calibrate('product', ({ votes, label }) => (votes ? majority(votes) : label)),
};

await saveLayersModel(model, join(options.out, 'tfjs'));
const layers = await readTensorFlowFiles(join(options.out, TFJS_FILE));
const onnx = await exportOnnx(tf, model, { inputLayout: 'NCHW', inputName: 'face', outputNames: HEADS });
const rounded = (value: number): number => Number(value.toFixed(4));
const head = (name: (typeof HEADS)[number]): EmotionHeadCard => ({
  output: name,
  labels: [...EMOTIONS],
  activation: 'logits',
  temperature: rounded(temperatures[name]),
  prior: targetShares(
    targets[name],
    labels.map((label) => shown[label]!),
    classWeights(targets[name], recipe.balance),
  ).map((share) => Math.max(1e-4, rounded(share))),
});
const card = emotionCardSchema.parse({
  kind: 'emotion-classifier',
  name: 'moodstat compact',
  file: 'model.onnx',
  sha256: createHash('sha256').update(onnx).digest('hex'),
  tensorflow: { file: TFJS_FILE, sha256: layers.sha256 },
  input: {
    name: 'face',
    layout: 'NCHW',
    colour: 'grey',
    width: SIDE,
    height: SIDE,
    normalisation: { type: 'per-picture', minDeviation: MIN_DEVIATION },
  },
  crop: { margin: options.margin, shiftDown: options.shiftDown, square: true },
  heads: { product: head('product'), fer2013: head('fer2013') },
  parameters: countParameters(onnx),
  data: 'FER-2013 (Goodfellow et al. 2013), Training split without pictures identical to PublicTest or PrivateTest; FER+ votes (Barsoum et al. 2016)',
  licence:
    'weights: MIT, as this repository; FER-2013: published for research on Kaggle, no licence of the pictures stated; FER+ votes: MIT',
  figures: {
    epochs: epoch,
    publicTest: {
      accuracy: rounded(figures.accuracy),
      ...(figures.ferPlus !== undefined && { ferPlusAccuracy: rounded(figures.ferPlus) }),
    },
  },
});
await mkdir(options.out, { recursive: true });
await writeFile(join(options.out, 'model.onnx'), onnx);
await writeFile(join(options.out, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
// The shipped files, through the daemon's own crop and engine, must say what the network in training says.
const classifier = await loadEmotionClassifier(options.out);
const checked = selection.slice(0, 500);
const shipped = await scorePictures(classifier, card.crop, checked);
await classifier.close();
const differences = shipped.flatMap((scores, i) => {
  const row = logits.product.subarray(i * EMOTIONS.length, (i + 1) * EMOTIONS.length);
  const trained = scoresFromOutput(row, card.heads.product);
  return EMOTIONS.map((emotion) => Math.abs(scores[emotion] - trained[emotion]));
});
const difference = Math.max(...differences);
if (!(difference <= 1e-4))
  throw new Error(`${options.out}: scores differ from TensorFlow.js by ${difference}, more than 1e-4`);
console.log(`scores of ${checked.length} pictures differ from TensorFlow.js by at most ${difference.toExponential(1)}`);
console.log(
  `${options.out}: ${onnx.length} bytes, ${JSON.stringify(card.figures)}, temperatures ${JSON.stringify(temperatures)}`,
);

function calibrate(head: Head, labelOf: (picture: LabelledPicture) => number | undefined): number {
  const rows = selection.flatMap((picture, i) => {
    const label = labelOf(picture);
    return label === undefined
      ? []
      : [{ label, logits: logits[head].subarray(i * EMOTIONS.length, (i + 1) * EMOTIONS.length) }];
  });
  const labels = rows.map(({ label }) => label);
  return fitTemperature(Float32Array.from(rows.flatMap((row) => [...row.logits])), labels);
}
