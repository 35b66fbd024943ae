import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { RECIPE, type Recipe } from '../../../src/training/emotion/recipe.ts';
import {
  trainCompact,
  type EpochReport,
  type TrainCompactOptions,
} from '../../../src/training/emotion/train-compact.ts';
import { loadCheckpoint } from '../../../src/training/checkpoint.ts';
import { syntheticFaces } from './synthetic-faces.ts';

const TINY: Recipe = {
  ...RECIPE,
  widths: [2, 2, 3, 4],
  epochs: 4,
  batch: 7,
  seed: 5,
  learningRate: 0.05,
  mixup: 0.1,
  oversample: 0.5,
  leaveOut: 0.4,
};
const training = syntheticFaces(21, 1);
const selection = syntheticFaces(7, 2, 'PublicTest');
let tf: Tf;
let folder: string;

beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
  folder = await mkdtemp(join(tmpdir(), 'moodstat-train-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function train(name: string, changed: Partial<TrainCompactOptions> = {}): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  await trainCompact(tf, {
    recipe: TINY,
    training,
    selection,
    out: join(folder, name),
    resume: false,
    onEpoch: (report) => {
      reports.push(report);
    },
    ...changed,
  });
  return reports;
}

async function tensorsOf(name: string): Promise<number[][]> {
  const { tensors } = await loadCheckpoint(tf, join(folder, name, 'checkpoint.bin'));
  return Object.values(tensors).flatMap((list) => list.map((tensor) => [...tensor.dataSync()]));
}

/** Stops after so many steps from now on. */
function after(steps: number): () => boolean {
  let done = 0;
  return () => ++done >= steps;
}

describe('trainCompact', () => {
  it('goes on bit for bit where it was stopped, between epochs and amid one', async () => {
    const whole = await train('whole');
    expect(whole.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    // Three batches an epoch: stop after two epochs' steps, then amid the fourth.
    const first = await train('parts', { stopped: after(6) });
    const second = await train('parts', { resume: true, stopped: after(5) });
    const third = await train('parts', { resume: true });
    const parts = [...first, ...second, ...third];
    expect(parts.map(({ trainLoss, accuracy, loss }) => ({ trainLoss, accuracy, loss }))).toEqual(
      whole.map(({ trainLoss, accuracy, loss }) => ({ trainLoss, accuracy, loss })),
    );
    expect(await tensorsOf('parts')).toEqual(await tensorsOf('whole'));
  }, 120_000);

  it('refuses to go on with another recipe unless told to', async () => {
    await train('other', { stopped: after(1) });
    const recipe = { ...TINY, mixup: 0.4, epochs: 5 };
    await expect(train('other', { resume: true, recipe })).rejects.toThrow(
      /started with epochs 4, mixup 0\.1; now epochs 5, mixup 0\.4/,
    );
    const reports = await train('other', { resume: true, replan: true, recipe, stopped: after(3) });
    expect(reports).toHaveLength(1);
  }, 60_000);

  it('gives another training by another seed', async () => {
    await train('seed-5', { stopped: after(1) });
    await train('seed-6', { stopped: after(1), recipe: { ...TINY, seed: 6 } });
    expect(await tensorsOf('seed-6')).not.toEqual(await tensorsOf('seed-5'));
  }, 60_000);
});
