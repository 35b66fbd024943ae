import type { layers, LayersModel, NamedTensorMap, Scalar, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import { loadCheckpoint, saveCheckpoint } from '../checkpoint.ts';
import { fuseBatchNorm } from '../fused-ops.ts';
import { Nesterov } from '../nesterov.ts';
import { Random } from '../random.ts';
import { learningRateAt } from '../schedule.ts';
import { WeightAverage } from '../weight-average.ts';
import { createCropBatcher } from './crop-batch.ts';
import { detectionLoss } from './detection-loss.ts';
import { buildFaceNet, STRIDES, type FaceNetWidths } from './face-net.ts';
import type { StoredPicture } from './picture-store.ts';

export interface DetectorTrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  /** Side of the crops in px, a multiple of 32. */
  readonly size: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Decay of the weights' moving average, a step. */
  readonly averageDecay: number;
  readonly seed: number;
  readonly widths?: FaceNetWidths;
}

/** Means over the steps of an epoch. */
export interface EpochMeans {
  readonly score: number;
  readonly box: number;
  readonly iou: number;
  readonly gradientNorm: number;
}

interface State {
  readonly epoch: number;
  readonly random: number[];
  readonly updates: number;
  readonly options: unknown;
}

const WARMUP_STEPS = 300;
/** A crowd in an early batch must not throw the net off. */
const MAX_GRADIENT_NORM = 10;

/** The face detector while it learns: the net, its optimizer and average, and where in the schedule they are. */
export class DetectorTraining {
  readonly model: LayersModel;
  readonly #tf: Tf;
  readonly #pictures: readonly StoredPicture[];
  readonly #options: DetectorTrainingOptions;
  readonly #variables: readonly Variable[];
  readonly #optimizer: Nesterov;
  readonly #average: WeightAverage;
  #random: Random;
  #epoch = 0;

  constructor(tf: Tf, pictures: readonly StoredPicture[], options: DetectorTrainingOptions) {
    this.#tf = tf;
    this.#pictures = pictures;
    this.#options = options;
    this.model = buildFaceNet(tf, options.widths, options.seed);
    fuseBatchNorm(tf, this.model);
    skipImageGradient(tf, this.model);
    // A trainable weight reads as the variable that holds it; TensorFlow.js types it as a tensor.
    this.#variables = this.model.trainableWeights.map((weight) => weight.read()) as unknown as Variable[];
    this.#optimizer = new Nesterov(tf, this.#variables, 0.9, options.weightDecay);
    this.#average = new WeightAverage(tf, this.model, options.averageDecay);
    this.#random = new Random(options.seed);
  }

  /** Epochs done. */
  get epoch(): number {
    return this.#epoch;
  }

  get stepsPerEpoch(): number {
    return Math.floor(this.#pictures.length / this.#options.batchSize);
  }

  /** Trains one epoch, a crop of every picture; `onStep` is told the number of steps done and the means so far. */
  runEpoch(onStep: (steps: number, means: EpochMeans) => void): EpochMeans {
    const { batchSize, epochs, learningRate } = this.#options;
    const steps = this.stepsPerEpoch;
    const schedule = { peak: learningRate, warmupSteps: WARMUP_STEPS, totalSteps: epochs * steps, floor: 1e-4 };
    const nextBatch = createCropBatcher(this.#random, this.#options.size, batchSize);
    const order = this.#random.shuffle(Uint32Array.from(this.#pictures.keys()));
    const sums = { score: 0, box: 0, iou: 0, gradientNorm: 0 };
    let means: EpochMeans = sums;
    for (let step = 0; step < steps; step++) {
      const chosen = [...order.subarray(step * batchSize, (step + 1) * batchSize)].map((i) => this.#pictures[i]!);
      const came = this.#step(nextBatch(chosen), learningRateAt(schedule, this.#epoch * steps + step));
      for (const key of Object.keys(sums) as (keyof EpochMeans)[]) sums[key] += came[key];
      const done = step + 1;
      means = {
        score: sums.score / done,
        box: sums.box / done,
        iou: sums.iou / done,
        gradientNorm: sums.gradientNorm / done,
      };
      onStep(done, means);
    }
    this.#epoch++;
    return means;
  }

  async save(path: string): Promise<void> {
    const average = this.#average.state();
    const state: State = {
      epoch: this.#epoch,
      random: this.#random.state(),
      updates: average.updates,
      options: this.#options,
    };
    await saveCheckpoint(path, {
      state,
      tensors: { weights: this.model.getWeights(), velocity: this.#optimizer.state(), average: average.tensors },
    });
  }

  /** Goes on from a checkpoint as if there had been no break. */
  async restore(path: string): Promise<void> {
    const { state, tensors } = await loadCheckpoint<State>(this.#tf, path);
    this.model.setWeights([...tensors['weights']!]);
    this.#optimizer.restore(tensors['velocity']!);
    this.#average.restore(state.updates, tensors['average']!);
    for (const list of Object.values(tensors)) this.#tf.dispose([...list]);
    this.#random = Random.fromState(state.random);
    this.#epoch = state.epoch;
  }

  #step({ input, labels }: ReturnType<ReturnType<typeof createCropBatcher>>, rate: number): EpochMeans {
    const tf = this.#tf;
    const { batchSize, size } = this.#options;
    const image = tf.tensor4d(input, [batchSize, size, size, 3]);
    let means = { score: 0, box: 0, iou: 0 };
    const { value, grads } = tf.variableGrads(() => {
      const outputs = this.model.apply(image, { training: true }) as Tensor4D[];
      const levels = outputs.map((output, i) => ({
        stride: STRIDES[i]!,
        rows: output.shape[1],
        columns: output.shape[2],
        values: output.dataSync<'float32'>(),
      }));
      const { score, box, iou, gradients } = detectionLoss(levels, labels);
      means = { score, box, iou };
      // The loss's derivatives are known; a product with them carries them into the network.
      return tf.addN(outputs.map((output, i): Scalar => output.mul(tf.tensor4d(gradients[i]!, output.shape)).sum()));
    }, [...this.#variables]);
    const gradientNorm = clip(tf, grads);
    this.#optimizer.apply(grads, rate);
    this.#average.update();
    tf.dispose([value, image]);
    return { ...means, gradientNorm };
  }
}

/** Scales gradients down in place where their norm exceeds the bound; returns the norm they had. */
function clip(tf: Tf, gradients: NamedTensorMap): number {
  const norm = tf.tidy(
    () =>
      tf
        .addN(Object.values(gradients).map((g) => g.square().sum()))
        .sqrt()
        .dataSync()[0]!,
  );
  if (norm <= MAX_GRADIENT_NORM) return norm;
  for (const [name, gradient] of Object.entries(gradients)) {
    gradients[name] = gradient.mul<Tensor>(MAX_GRADIENT_NORM / norm);
    gradient.dispose();
  }
  return norm;
}

/**
 * The layers' fused convolution also works out the gradient by its input, which for the picture nobody needs and which
 * is 7 % of a step; the plain operation leaves it out.
 */
function skipImageGradient(tf: Tf, model: LayersModel): void {
  const stem = model.getLayer('stem') as layers.Layer & { call: unknown };
  const kernel = stem.trainableWeights[0]!;
  stem.call = (inputs: Tensor4D | Tensor4D[]) =>
    tf.conv2d(Array.isArray(inputs) ? inputs[0]! : inputs, kernel.read() as Tensor4D, 2, 'same');
}
