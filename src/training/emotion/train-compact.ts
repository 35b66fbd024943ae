import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LayersModel, Variable } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import { loadCheckpoint, saveCheckpoint } from '../checkpoint.ts';
import { fuseBatchNorm } from '../fused-ops.ts';
import { Nesterov } from '../nesterov.ts';
import { Random } from '../random.ts';
import { learningRateAt } from '../schedule.ts';
import { WeightAverage } from '../weight-average.ts';
import { buildBatch } from './batch.ts';
import { gradientsOf } from './compact-gradients.ts';
import { buildCompactNet } from './compact-net.ts';
import type { LabelledPicture } from './data-set.ts';
import { planEpoch, requireSameRecipe, type Recipe } from './recipe.ts';
import { batchOf, drawEpoch, epochLength, leaveOutEasy } from './sampling.ts';
import { predictLogits, selectionFigures, type SelectionFigures } from './selection.ts';
import { startFrom } from './start-from.ts';
import { buildTargets, classWeights, mixTargets } from './targets.ts';
import { askTeachers } from './teacher.ts';

/** Where a training stands: everything beside the tensors that it needs to go on. */
export interface TrainingState {
  readonly recipe: Recipe;
  /** Epochs finished, and batches of the next one. */
  readonly epoch: number;
  readonly step: number;
  /** The generator before this epoch's shuffle, and now. */
  readonly shuffled: number[];
  readonly random: number[];
  readonly updates: number;
  /** Sum of the losses of the steps of this epoch, and pictures of it that were named as their target says. */
  readonly lossSum: number;
  readonly rightSum: number;
  /** Best value of `SelectionFigures.accuracy` so far. */
  readonly best: number;
}

export interface EpochReport extends SelectionFigures {
  readonly epoch: number;
  readonly trainLoss: number;
  /** Of the benchmark head, on augmented pictures. */
  readonly trainAccuracy: number;
  readonly learningRate: number;
  readonly side: number;
  readonly picturesPerSecond: number;
  readonly seconds: number;
}

/** What is known after a step; means over the epoch so far. */
export interface StepReport {
  readonly epoch: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Pictures of this epoch that were shown. */
  readonly pictures: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly picturesPerSecond: number;
}

export interface TrainCompactOptions {
  readonly recipe: Recipe;
  readonly training: readonly LabelledPicture[];
  readonly selection: readonly LabelledPicture[];
  /** Folder of checkpoint.bin (to go on from) and best.bin. */
  readonly out: string;
  readonly resume: boolean;
  /** A saved compact net of the same widths or narrower ones, whose weights a new training starts from. */
  readonly init?: string;
  /** Saved compact nets whose mean opinion is mixed into the labels with the recipe's `teacherShare`. */
  readonly teachers?: readonly string[];
  /** Allows another recipe than the checkpoint's; the training is then no longer the one of either recipe. */
  readonly replan?: boolean;
  /** Asked after every step; the training then writes its checkpoint and returns. */
  readonly stopped?: () => boolean;
  readonly onStep?: (step: StepReport) => void;
  readonly onEpoch?: (report: EpochReport) => void | Promise<void>;
}

/**
 * Trains the compact net, or goes on exactly where the checkpoint in `out` stands. Returns the model with its last
 * weights; the averaged ones are in the checkpoint under `average`. Throws when the checkpoint is of another recipe.
 */
export async function trainCompact(tf: Tf, options: TrainCompactOptions): Promise<LayersModel> {
  const { recipe, training, selection, out } = options;
  const model = buildCompactNet(tf, { widths: recipe.widths, seed: recipe.seed * 1000, side: null });
  if (options.init !== undefined) await startFrom(tf, model, options.init, new Random(recipe.seed));
  fuseBatchNorm(tf, model);
  const variables = model.trainableWeights.map((weight) => weight.read() as unknown) as Variable[];
  const optimizer = new Nesterov(tf, variables, recipe.momentum, recipe.weightDecay);
  const average = new WeightAverage(tf, model, recipe.average);
  const labels = buildTargets(training, recipe.smoothing);
  const opinion = recipe.teacherShare === 0 ? undefined : await askTeachers(tf, options.teachers ?? [], training);
  const targets = opinion ? mixTargets(labels, opinion, recipe.teacherShare) : labels;
  const weights = {
    product: tf.tensor1d(classWeights(targets.product, recipe.balance)),
    fer2013: tf.tensor1d(classWeights(targets.fer2013, recipe.balance)),
  };
  const classes = training.map(({ label }) => label);
  const fullSteps = Math.floor(epochLength(classes, recipe.oversample) / recipe.batch);
  const schedule = {
    peak: recipe.learningRate,
    warmupSteps: Math.round(recipe.warmupEpochs * fullSteps),
    totalSteps: recipe.epochs * fullSteps,
  };
  const path = join(out, 'checkpoint.bin');

  let random: Random = new Random(recipe.seed);
  /** The last loss of each picture, and as they were when this epoch's pictures were chosen. */
  const losses = new Float32Array(training.length).fill(Infinity);
  const before = new Float32Array(training.length).fill(Infinity);
  let from = { epoch: 0, step: 0, shuffled: random.state(), lossSum: 0, rightSum: 0, best: 0 };
  if (options.resume && existsSync(path)) {
    const { state, tensors } = await loadCheckpoint<TrainingState>(tf, path);
    if (options.replan !== true) requireSameRecipe(path, state.recipe, recipe);
    model.setWeights([...tensors['weights']!]);
    optimizer.restore(tensors['velocity']!);
    average.restore(state.updates, tensors['average']!);
    const [last, chosenBy] = tensors['losses'] ?? [];
    if (last && chosenBy) {
      losses.set(last.dataSync());
      before.set(chosenBy.dataSync());
    }
    for (const list of Object.values(tensors)) tf.dispose([...list]);
    random = Random.fromState(state.random);
    from = state;
  }

  const save = async (file: string, at: typeof from): Promise<void> => {
    const { updates, tensors } = average.state();
    const state: TrainingState = { recipe, ...at, random: random.state(), updates };
    const kept = recipe.leaveOut === 0 ? [] : [tf.tensor1d(losses), tf.tensor1d(before)];
    await saveCheckpoint(join(out, file), {
      state,
      tensors: { weights: model.getWeights(), velocity: optimizer.state(), average: tensors, losses: kept },
    });
    tf.dispose(kept);
  };

  for (let { epoch } = from; epoch < recipe.epochs; epoch++) {
    const plan = planEpoch(recipe, epoch);
    const resumed = from.epoch === epoch && from.step > 0;
    const shuffled = resumed ? from.shuffled : random.state();
    const shuffler = resumed ? Random.fromState(shuffled) : random;
    if (!resumed) before.set(losses);
    const drawn = leaveOutEasy(shuffler, drawEpoch(shuffler, classes, recipe.oversample), before, plan.leaveOut);
    const steps = Math.floor(drawn.pictures.length / recipe.batch);
    const first = resumed ? from.step : 0;
    let lossSum = resumed ? from.lossSum : 0;
    let rightSum = resumed ? from.rightSum : 0;
    const started = performance.now();
    for (let step = first; step < steps; step++) {
      const chosen = batchOf(drawn, step, recipe.batch);
      const batch = buildBatch(random, training, targets, chosen, plan);
      const { loss, right, rows, gradients } = await gradientsOf(tf, model, variables, batch, plan, weights, recipe);
      rows.forEach((value, i) => (losses[chosen.pictures[i]!] = value / chosen.weights[i]!));
      lossSum += loss;
      rightSum += right;
      optimizer.apply(gradients, learningRateAt(schedule, (epoch + step / steps) * fullSteps));
      average.update();
      const picturesPerSecond = ((step + 1 - first) * recipe.batch * 1000) / (performance.now() - started);
      const pictures = (step + 1) * recipe.batch;
      options.onStep?.({
        epoch,
        steps,
        pictures,
        loss: lossSum / (step + 1),
        accuracy: rightSum / pictures,
        picturesPerSecond,
      });
      // TensorFlow computes without yielding; signals are only heard in between.
      await new Promise(setImmediate);
      if (options.stopped?.() === true) {
        await save('checkpoint.bin', { epoch, step: step + 1, shuffled, lossSum, rightSum, best: from.best });
        return model;
      }
    }
    const seconds = (performance.now() - started) / 1000;
    const figures = await average.with(async () =>
      selectionFigures(await predictLogits(tf, model, selection), selection),
    );
    const better = figures.accuracy > from.best;
    from = {
      epoch: epoch + 1,
      step: 0,
      shuffled,
      lossSum: 0,
      rightSum: 0,
      best: Math.max(from.best, figures.accuracy),
    };
    await save('checkpoint.bin', from);
    if (better) await save('best.bin', from);
    await options.onEpoch?.({
      epoch: epoch + 1,
      trainLoss: lossSum / steps,
      trainAccuracy: rightSum / (steps * recipe.batch),
      learningRate: learningRateAt(schedule, (epoch + 1) * fullSteps - 1),
      side: plan.side,
      picturesPerSecond: ((steps - first) * recipe.batch) / seconds,
      seconds,
      ...figures,
    });
  }
  return model;
}
