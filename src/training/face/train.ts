import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadTensorFlow } from '../backend.ts';
import { recordEpoch } from '../curves.ts';
import { above0, backendOption, count, entryScript, from0, shareBelow1, wholeNumber } from '../entry.ts';
import { createProgress } from '../progress.ts';
import { loadLabelledPictures, splitOf } from './data-set.ts';
import { DetectorTraining } from './detector-training.ts';
import { storePictures } from './picture-store.ts';

const options = entryScript('npm run train:face --', 'Trains the face detector; checkpoint and curves go to --out.')
  .requiredOption('--data <dir>', 'a folder with boxes.jsonl and images/, or one of WIDER FACE')
  .option('--labels <file>', 'boxes in the form of WIDER FACE (default: the file of boxes in --data)')
  .option('--out <dir>', 'where this training lies', 'var/face')
  .option('--epochs <n>', 'of the whole training', count, 80)
  .option('--batch <n>', 'pictures a step', count, 16)
  .option('--size <px>', 'side of the crops', count, 256)
  .option('--learning-rate <rate>', 'at its peak', above0, 0.04)
  .option('--weight-decay <factor>', 'of kernels', from0, 0.0005)
  .option('--decay <factor>', "of the weights' moving average, a step", shareBelow1, 0.998)
  .option('--seed <n>', 'of all that is random', wholeNumber, 1)
  .addOption(backendOption())
  .option('--resume', 'go on where the checkpoint in --out stands')
  .parse()
  .opts();

const { tf, backend, note } = await loadTensorFlow(options.backend);
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

const { epochs, batch: batchSize } = options;
const training = new DetectorTraining(tf, pictures, {
  epochs,
  batchSize,
  size: options.size,
  learningRate: options.learningRate,
  weightDecay: options.weightDecay,
  averageDecay: options.decay,
  seed: options.seed,
});
console.log(`${training.model.countParams()} parameters`);
const checkpoint = join(options.out, 'checkpoint.bin');
if (options.resume === true && existsSync(checkpoint)) {
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
