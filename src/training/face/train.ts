import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadTensorFlow, type BackendChoice } from '../backend.ts';
import { recordEpoch } from '../curves.ts';
import { createProgress } from '../progress.ts';
import { loadLabelledPictures, splitOf } from './data-set.ts';
import { DetectorTraining } from './detector-training.ts';
import { storePictures } from './picture-store.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    labels: { type: 'string' },
    out: { type: 'string', default: 'var/face' },
    epochs: { type: 'string', default: '80' },
    batch: { type: 'string', default: '16' },
    size: { type: 'string', default: '256' },
    'learning-rate': { type: 'string', default: '0.04' },
    'weight-decay': { type: 'string', default: '0.0005' },
    decay: { type: 'string', default: '0.998' },
    seed: { type: 'string', default: '1' },
    backend: { type: 'string', default: 'auto' },
    resume: { type: 'boolean', default: false },
  },
});
if (options.data === undefined) {
  console.error(`usage: npm run train:face -- --data DIR [--labels FILE] [--out var/face] [--epochs 80] [--batch 16] [--size 256]
         [--learning-rate 0.04] [--weight-decay 0.0005] [--decay 0.998] [--seed 1] [--backend auto|tensorflow|wasm|cpu] [--resume]`);
  process.exit(2);
}

const { tf, backend, note } = await loadTensorFlow(options.backend as BackendChoice);
if (note !== undefined) console.error(note);
const labelled = (await loadLabelledPictures(options.data, options.labels)).filter(
  (picture) => splitOf(picture.event) === 'train',
);
console.log(`${backend}: ${labelled.length} training pictures`);
const decoding = createProgress({ label: 'decoding', total: labelled.length });
const pictures = await storePictures(labelled, 480, (count) => {
  decoding.update(count, {});
});
decoding.stop();

const epochs = Number(options.epochs);
const batchSize = Number(options.batch);
const training = new DetectorTraining(tf, pictures, {
  epochs,
  batchSize,
  size: Number(options.size),
  learningRate: Number(options['learning-rate']),
  weightDecay: Number(options['weight-decay']),
  averageDecay: Number(options.decay),
  seed: Number(options.seed),
});
console.log(`${training.model.countParams()} parameters`);
const checkpoint = join(options.out, 'checkpoint.bin');
if (options.resume && existsSync(checkpoint)) {
  await training.restore(checkpoint);
  console.log(`resumed after epoch ${training.epoch}`);
}

while (training.epoch < epochs) {
  const label = `epoch ${training.epoch + 1}/${epochs}`;
  const progress = createProgress({ label, total: training.stepsPerEpoch * batchSize });
  const startedMs = performance.now();
  const means = training.runEpoch((steps, { score, box, iou }) => {
    progress.update(steps * batchSize, { score, box, iou });
  });
  progress.stop();
  const seconds = (performance.now() - startedMs) / 1000;
  await training.save(checkpoint);
  await recordEpoch(
    options.out,
    'Face detector',
    { epoch: training.epoch, ...means, picturesPerSecond: (training.stepsPerEpoch * batchSize) / seconds, seconds },
    [
      { title: 'Losses', figures: ['score', 'box'] },
      { title: 'IoU of the boxes', figures: ['iou'] },
    ],
  );
}
