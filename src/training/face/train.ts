import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { layers, NamedTensorMap, Scalar, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs';
import { loadTensorFlow, type BackendChoice } from '../backend.ts';
import { loadCheckpoint, saveCheckpoint } from '../checkpoint.ts';
import { fuseBatchNorm } from '../fused-ops.ts';
import { Nesterov } from '../nesterov.ts';
import { Random } from '../random.ts';
import { learningRateAt } from '../schedule.ts';
import { WeightAverage } from '../weight-average.ts';
import { createCropBatcher } from './crop-batch.ts';
import { loadLabelledPictures, splitOf } from './data-set.ts';
import { detectionLoss } from './detection-loss.ts';
import { buildFaceNet, STRIDES } from './face-net.ts';
import { storePictures } from './picture-store.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    labels: { type: 'string' },
    out: { type: 'string', default: 'var/face' },
    epochs: { type: 'string', default: '100' },
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
  console.error(
    'usage: npm run train:face -- --data DIR [--out DIR] [--epochs N] [--resume] …; see models/face/README.md',
  );
  process.exit(2);
}

interface State {
  readonly epoch: number;
  readonly random: number[];
  readonly updates: number;
  readonly options: unknown;
}

const epochs = Number(options.epochs);
const batchSize = Number(options.batch);
const size = Number(options.size);
const { tf, backend, note } = await loadTensorFlow(options.backend as BackendChoice);
if (note !== undefined) console.error(note);

const labelled = (await loadLabelledPictures(options.data, options.labels)).filter(
  (picture) => splitOf(picture.event) === 'train',
);
console.log(`${backend}: decoding ${labelled.length} training pictures`);
const pictures = await storePictures(labelled, 480);

const model = buildFaceNet(tf, undefined, Number(options.seed));
fuseBatchNorm(tf, model);
skipImageGradient();
// A trainable weight reads as the variable that holds it; TensorFlow.js types it as a tensor.
const variables = model.trainableWeights.map((weight) => weight.read()) as unknown as Variable[];
console.log(`${model.countParams()} parameters, ${pictures.length} pictures`);
const optimizer = new Nesterov(tf, variables, 0.9, Number(options['weight-decay']));
const average = new WeightAverage(tf, model, Number(options.decay));
const checkpoint = join(options.out, 'checkpoint.bin');
mkdirSync(options.out, { recursive: true });

let random = new Random(Number(options.seed));
let firstEpoch = 0;
if (options.resume && existsSync(checkpoint)) {
  const { state, tensors } = await loadCheckpoint<State>(tf, checkpoint);
  model.setWeights([...tensors['weights']!]);
  optimizer.restore(tensors['velocity']!);
  average.restore(state.updates, tensors['average']!);
  for (const list of Object.values(tensors)) tf.dispose([...list]);
  random = Random.fromState(state.random);
  firstEpoch = state.epoch;
  console.log(`resumed after epoch ${firstEpoch}`);
}

const nextBatch = createCropBatcher(random, size, batchSize);
const stepsPerEpoch = Math.floor(pictures.length / batchSize);
const schedule = {
  peak: Number(options['learning-rate']),
  warmupSteps: 300,
  totalSteps: epochs * stepsPerEpoch,
  floor: 1e-4,
};
const sums = { score: 0, box: 0, iou: 0, gradientNorm: 0 };
let prepareMs = 0;

for (let epoch = firstEpoch; epoch < epochs; epoch++) {
  const order = random.shuffle(Uint32Array.from(pictures.keys()));
  const started = performance.now();
  Object.assign(sums, { score: 0, box: 0, iou: 0, gradientNorm: 0 });
  prepareMs = 0;
  for (let step = 0; step < stepsPerEpoch; step++) {
    const rate = learningRateAt(schedule, epoch * stepsPerEpoch + step);
    trainStep([...order.subarray(step * batchSize, (step + 1) * batchSize)], rate);
    if (epoch === firstEpoch && step % 20 === 19) report(epoch, step + 1, started);
  }
  const line = report(epoch, stepsPerEpoch, started);
  appendFileSync(join(options.out, 'log.ndjson'), `${JSON.stringify(line)}\n`);
  const averaged = average.state();
  await saveCheckpoint(checkpoint, {
    state: { epoch: epoch + 1, random: random.state(), updates: averaged.updates, options } satisfies State,
    tensors: { weights: model.getWeights(), velocity: optimizer.state(), average: averaged.tensors },
  });
}

/**
 * The layers' fused convolution also works out the gradient by its input, which for the picture nobody needs and which
 * is 7 % of a step; the plain operation leaves it out.
 */
function skipImageGradient(): void {
  const stem = model.getLayer('stem') as layers.Layer & { call: unknown };
  const kernel = stem.trainableWeights[0]!;
  stem.call = (inputs: Tensor4D | Tensor4D[]) =>
    tf.conv2d(Array.isArray(inputs) ? inputs[0]! : inputs, kernel.read() as Tensor4D, 2, 'same');
}

function trainStep(chosen: readonly number[], rate: number): void {
  const before = performance.now();
  const { input, labels } = nextBatch(chosen.map((i) => pictures[i]!));
  prepareMs += performance.now() - before;
  const image = tf.tensor4d(input, [batchSize, size, size, 3]);
  const { value, grads } = tf.variableGrads(() => {
    const outputs = model.apply(image, { training: true }) as Tensor4D[];
    const loss = detectionLoss(
      outputs.map((output, i) => ({
        stride: STRIDES[i]!,
        rows: output.shape[1],
        columns: output.shape[2],
        values: output.dataSync<'float32'>(),
      })),
      labels,
    );
    sums.score += loss.score;
    sums.box += loss.box;
    sums.iou += loss.iou;
    // The loss's derivatives are known; a product with them carries them into the network.
    return tf.addN(outputs.map((output, i): Scalar => output.mul(tf.tensor4d(loss.gradients[i]!, output.shape)).sum()));
  }, variables);
  optimizer.apply(clipped(grads), rate);
  average.update();
  tf.dispose([value, image]);
}

/** Gradients scaled down to a norm of 10 where they exceed it: a crowd in an early batch must not throw the net off. */
function clipped(gradients: NamedTensorMap): NamedTensorMap {
  const norm = tf.tidy(
    () =>
      tf
        .addN(Object.values(gradients).map((g) => g.square().sum()))
        .sqrt()
        .dataSync()[0]!,
  );
  sums.gradientNorm += norm;
  if (norm <= 10) return gradients;
  const scaled = Object.fromEntries(
    Object.entries(gradients).map(([name, g]): [string, Tensor] => [name, tf.tidy(() => g.mul(10 / norm))]),
  );
  tf.dispose(gradients);
  return scaled;
}

function report(epoch: number, steps: number, started: number): Record<string, number> {
  const seconds = (performance.now() - started) / 1000;
  const mean = (v: number): number => Number((v / steps).toFixed(4));
  const line = {
    epoch: epoch + 1,
    step: steps,
    score: mean(sums.score),
    box: mean(sums.box),
    iou: mean(sums.iou),
    gradientNorm: mean(sums.gradientNorm),
    picturesPerSecond: Number(((steps * batchSize) / seconds).toFixed(1)),
    prepareShare: Number((prepareMs / 1000 / seconds).toFixed(3)),
    seconds: Number(seconds.toFixed(1)),
    tensors: tf.memory().numTensors,
  };
  console.log(JSON.stringify(line));
  return line;
}
