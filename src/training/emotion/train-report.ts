import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Scalar, Sequential, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { EMOTIONS } from '../../vision/emotion.ts';
import type { Tf } from '../backend.ts';
import { loadCheckpoint, saveCheckpoint } from '../checkpoint.ts';
import { fuseBatchNorm } from '../fused-ops.ts';
import { saveLayersModel } from '../layers-file.ts';
import { Random } from '../random.ts';
import { PICTURE_PX, SIDE, type LabelledPicture } from './data-set.ts';
import { reduceOnPlateau, type Plateau } from './reduce-on-plateau.ts';
import { buildReportNet, seedDropout } from './report-net.ts';
import type { EpochReport, StepReport } from './train-compact.ts';

/** The report's settings: ten epochs of batches of 64 by Adam. */
export const REPORT_RECIPE = { epochs: 10, batch: 64, learningRate: 5e-4 } as const;

export interface TrainReportOptions {
  readonly training: readonly LabelledPicture[];
  readonly selection: readonly LabelledPicture[];
  readonly out: string;
  readonly resume: boolean;
  readonly seed: number;
  readonly epochs?: number;
  readonly batch?: number;
  /** Of the layers, 1 unless a test wants a thin net. */
  readonly width?: number;
  readonly stopped?: () => boolean;
  readonly onStep?: (step: StepReport) => void;
  readonly onEpoch?: (report: EpochReport) => void | Promise<void>;
}

interface State {
  readonly epoch: number;
  readonly plateau: Plateau;
  readonly bestAccuracy: number;
  readonly random: number[];
}

/**
 * Trains the report's network its own way: hard labels, pictures mirrored half of the time, learning rate cut on a
 * plateau of the validation loss, the best validation accuracy kept as a layers model in `out/model`. A checkpoint is
 * written after each epoch; a stop loses the epoch under way.
 */
export async function trainReport(tf: Tf, options: TrainReportOptions): Promise<Sequential> {
  const { training, selection, out } = options;
  const epochs = options.epochs ?? REPORT_RECIPE.epochs;
  const size = options.batch ?? REPORT_RECIPE.batch;
  const model = buildReportNet(tf, options.seed, options.width);
  const optimizer = tf.train.adam(REPORT_RECIPE.learningRate);
  const path = join(out, 'checkpoint.bin');
  let random: Random = new Random(options.seed);
  let plateau: Plateau = { learningRate: REPORT_RECIPE.learningRate, best: Infinity, waited: 0 };
  let bestAccuracy = 0;
  let epoch = 0;
  if (options.resume && existsSync(path)) {
    const { state, tensors } = await loadCheckpoint<State>(tf, path);
    model.setWeights([...tensors['weights']!]);
    await optimizer.setWeights(tensors['adam']!.map((tensor, i) => ({ name: String(i), tensor })));
    ({ plateau, bestAccuracy, epoch } = state);
    random = Random.fromState(state.random);
  }
  fuseBatchNorm(tf, model);
  seedDropout(tf, model, random);

  const steps = Math.max(1, Math.floor(training.length / size));
  for (; epoch < epochs; epoch++) {
    (optimizer as unknown as { learningRate: number }).learningRate = plateau.learningRate;
    const order = random.shuffle(Uint32Array.from(training.keys()));
    const started = performance.now();
    let lossSum = 0;
    let rightSum = 0;
    for (let step = 0; step < steps; step++) {
      const chosen = [...order.subarray(step * size, (step + 1) * size)].map((i) => training[i]!);
      const loss = optimizer.minimize(() => {
        const labels = tf.oneHot(
          tf.tensor1d(
            chosen.map(({ label }) => label),
            'int32',
          ),
          EMOTIONS.length,
        );
        const said = model.apply(inputOf(tf, chosen, random), { training: true }) as Tensor2D;
        rightSum += said.argMax(1).equal(labels.argMax(1)).sum().dataSync<'int32'>()[0]!;
        return labels.mul(said.clipByValue(1e-7, 1).log()).sum<Scalar>().div(-chosen.length);
      }, true)!;
      lossSum += loss.dataSync<'float32'>()[0]!;
      tf.dispose(loss);
      const pictures = (step + 1) * size;
      const accuracy = rightSum / pictures;
      const picturesPerSecond = ((step + 1) * size * 1000) / (performance.now() - started);
      options.onStep?.({ epoch, steps, pictures, loss: lossSum / (step + 1), accuracy, picturesPerSecond });
      await new Promise(setImmediate);
      if (options.stopped?.() === true) return model;
    }
    const seconds = (performance.now() - started) / 1000;
    const { accuracy, loss } = validate(tf, model, selection);
    const learningRate = plateau.learningRate;
    plateau = reduceOnPlateau(plateau, loss);
    if (accuracy > bestAccuracy) await saveLayersModel(model, join(out, 'model'));
    bestAccuracy = Math.max(bestAccuracy, accuracy);
    const adam = await optimizer.getWeights();
    const state: State = { epoch: epoch + 1, plateau, bestAccuracy, random: random.state() };
    await saveCheckpoint(path, {
      state,
      tensors: { weights: model.getWeights(), adam: adam.map(({ tensor }) => tensor.toFloat()) },
    });
    await options.onEpoch?.({
      epoch: epoch + 1,
      trainLoss: lossSum / steps,
      trainAccuracy: rightSum / (steps * size),
      learningRate,
      side: SIDE,
      picturesPerSecond: (steps * size) / seconds,
      seconds,
      accuracy,
      loss,
      ferPlus: undefined,
    });
  }
  return model;
}

function inputOf(tf: Tf, pictures: readonly LabelledPicture[], random?: Random): Tensor4D {
  const input = new Float32Array(pictures.length * PICTURE_PX);
  pictures.forEach(({ pixels }, i) => {
    const mirrored = random !== undefined && random.next() < 0.5;
    for (let p = 0; p < PICTURE_PX; p++) {
      const x = p % SIDE;
      input[i * PICTURE_PX + p] = pixels[mirrored ? p - x + SIDE - 1 - x : p]! / 255;
    }
  });
  return tf.tensor4d(input, [pictures.length, SIDE, SIDE, 1]);
}

function validate(tf: Tf, model: Sequential, pictures: readonly LabelledPicture[]): { accuracy: number; loss: number } {
  let right = 0;
  let loss = 0;
  for (let start = 0; start < pictures.length; start += 64) {
    const chosen = pictures.slice(start, start + 64);
    const values = tf.tidy(() =>
      (model.apply(inputOf(tf, chosen), { training: false }) as Tensor2D).dataSync<'float32'>(),
    );
    chosen.forEach(({ label }, i) => {
      const own = values.subarray(i * EMOTIONS.length, (i + 1) * EMOTIONS.length);
      if (own[label] === Math.max(...own)) right++;
      loss -= Math.log(Math.max(1e-7, own[label]!));
    });
  }
  return { accuracy: right / pictures.length, loss: loss / pictures.length };
}
