import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AdamOptimizer, Scalar, Sequential, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import { EMOTIONS } from '../../vision/emotion.ts';
import type { Tf } from '../backend.ts';
import { loadCheckpoint, saveCheckpoint } from '../checkpoint.ts';
import { fuseBatchNorm } from '../fused-ops.ts';
import { Random } from '../random.ts';
import { PICTURE_PX, SIDE, type LabelledPicture } from './data-set.ts';
import { scoresOfConfusion } from './figures.ts';
import { reduceOnPlateau, type Plateau } from './reduce-on-plateau.ts';
import { saveReportModel } from './report-card.ts';
import { buildReportNet, seedDropout } from './report-net.ts';
import { countHits, readStep } from './step.ts';
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

/** Where a training stands: everything beside the tensors that it needs to go on. */
interface State {
  /** Epochs finished, and batches of the next one. */
  readonly epoch: number;
  readonly step: number;
  readonly plateau: Plateau;
  readonly bestAccuracy: number;
  /** The generator before this epoch's shuffle, and now. */
  readonly shuffled: number[];
  readonly random: number[];
  readonly lossSum: number;
  readonly rightSum: number;
}

/**
 * Trains the report's network its own way: hard labels, pictures mirrored half of the time, learning rate cut on a
 * plateau of the validation loss, the best validation accuracy kept as a layers model with a card in `out/model`. A
 * checkpoint is written after each epoch and when the training is stopped; `resume` goes on exactly there.
 */
export async function trainReport(tf: Tf, options: TrainReportOptions): Promise<Sequential> {
  const { training, selection, out } = options;
  const epochs = options.epochs ?? REPORT_RECIPE.epochs;
  const size = options.batch ?? REPORT_RECIPE.batch;
  const model = buildReportNet(tf, options.seed, options.width);
  const optimizer = tf.train.adam(REPORT_RECIPE.learningRate);
  const path = join(out, 'checkpoint.bin');
  const random = new Random(options.seed);
  let from: Omit<State, 'random'> = {
    epoch: 0,
    step: 0,
    plateau: { learningRate: REPORT_RECIPE.learningRate, best: Infinity, waited: 0 },
    bestAccuracy: 0,
    shuffled: random.state(),
    lossSum: 0,
    rightSum: 0,
  };
  if (options.resume && existsSync(path)) {
    const { state, tensors } = await loadCheckpoint<State>(tf, path);
    model.setWeights([...tensors['weights']!]);
    await optimizer.setWeights(tensors['adam']!.map((tensor, i) => ({ name: String(i), tensor })));
    powersOf(optimizer).forEach((power, i) => {
      power.assign(tensors['powers']![i]!);
    });
    random.restore(state.random);
    from = state;
  }
  fuseBatchNorm(tf, model);
  seedDropout(tf, model, random);

  const save = async (at: Omit<State, 'random'>): Promise<void> => {
    const adam = await optimizer.getWeights();
    const state: State = { ...at, random: random.state() };
    const tensors = {
      weights: model.getWeights(),
      adam: adam.map(({ tensor }) => tensor.toFloat()),
      powers: powersOf(optimizer),
    };
    await saveCheckpoint(path, { state, tensors });
  };

  const steps = Math.max(1, Math.floor(training.length / size));
  for (let { epoch } = from; epoch < epochs; epoch++) {
    const { plateau } = from;
    (optimizer as unknown as { learningRate: number }).learningRate = plateau.learningRate;
    const resumed = from.step > 0;
    const shuffled = resumed ? from.shuffled : random.state();
    const order = (resumed ? Random.fromState(shuffled) : random).shuffle(Uint32Array.from(training.keys()));
    const first = from.step;
    let { lossSum, rightSum } = from;
    const started = performance.now();
    for (let step = first; step < steps; step++) {
      const chosen = [...order.subarray(step * size, (step + 1) * size)].map((i) => training[i]!);
      const came = await descend(tf, model, optimizer, chosen, random);
      lossSum += came.loss;
      rightSum += came.right;
      const pictures = (step + 1) * size;
      const accuracy = rightSum / pictures;
      const picturesPerSecond = ((step + 1 - first) * size * 1000) / (performance.now() - started);
      options.onStep?.({ epoch, steps, pictures, loss: lossSum / (step + 1), accuracy, picturesPerSecond });
      await new Promise(setImmediate);
      if (options.stopped?.() === true) {
        await save({ ...from, step: step + 1, shuffled, lossSum, rightSum });
        return model;
      }
    }
    const seconds = (performance.now() - started) / 1000;
    const { accuracy, macroF1, loss } = await validate(tf, model, selection);
    if (accuracy > from.bestAccuracy) await saveReportModel(model, join(out, 'model'));
    from = {
      epoch: epoch + 1,
      step: 0,
      plateau: reduceOnPlateau(plateau, loss),
      bestAccuracy: Math.max(from.bestAccuracy, accuracy),
      shuffled,
      lossSum: 0,
      rightSum: 0,
    };
    await save(from);
    await options.onEpoch?.({
      epoch: epoch + 1,
      trainLoss: lossSum / steps,
      trainAccuracy: rightSum / (steps * size),
      learningRate: plateau.learningRate,
      side: SIDE,
      picturesPerSecond: ((steps - first) * size) / seconds,
      seconds,
      accuracy,
      macroF1,
      loss,
      ferPlus: undefined,
    });
  }
  return model;
}

/**
 * The running powers of Adam's two decays, from which it corrects its bias. `setWeights` makes them anew by one `pow`,
 * which rounds otherwise than the product did, and early in a training the difference shows.
 */
function powersOf(optimizer: AdamOptimizer): Variable[] {
  const { accBeta1, accBeta2 } = optimizer as unknown as { accBeta1: Variable; accBeta2: Variable };
  return [accBeta1, accBeta2];
}

/** One step of Adam down the cross-entropy of the pictures' hard labels. */
async function descend(
  tf: Tf,
  model: Sequential,
  optimizer: AdamOptimizer,
  pictures: readonly LabelledPicture[],
  random: Random,
): Promise<{ loss: number; right: number }> {
  let hits: Scalar | undefined;
  const loss = optimizer.minimize(() => {
    const indices = tf.tensor1d(
      pictures.map(({ label }) => label),
      'int32',
    );
    const labels = tf.oneHot(indices, EMOTIONS.length) as Tensor2D;
    const said = model.apply(inputOf(tf, pictures, random), { training: true }) as Tensor2D;
    hits = tf.keep(countHits(tf, said, labels));
    return labels.mul(said.clipByValue(1e-7, 1).log()).sum<Scalar>().div(-pictures.length);
  }, true)!;
  return readStep(loss, hits);
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

async function validate(
  tf: Tf,
  model: Sequential,
  pictures: readonly LabelledPicture[],
): Promise<{ accuracy: number; macroF1: number; loss: number }> {
  const confusion = EMOTIONS.map(() => EMOTIONS.map(() => 0));
  let loss = 0;
  for (let start = 0; start < pictures.length; start += 64) {
    const chosen = pictures.slice(start, start + 64);
    const said = tf.tidy(() => model.apply(inputOf(tf, chosen), { training: false }) as Tensor2D);
    const values = await said.data<'float32'>();
    said.dispose();
    chosen.forEach(({ label }, i) => {
      const own = values.subarray(i * EMOTIONS.length, (i + 1) * EMOTIONS.length);
      confusion[label]![own.indexOf(Math.max(...own))]!++;
      loss -= Math.log(Math.max(1e-7, own[label]!));
    });
  }
  const { accuracy, macroF1 } = scoresOfConfusion(confusion);
  return { accuracy, macroF1, loss: loss / pictures.length };
}
