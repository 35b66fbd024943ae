import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { loadCheckpoint } from '../../../src/training/checkpoint.ts';
import { buildReportNet, REPORT_PARAMETERS, seedDropout } from '../../../src/training/emotion/report-net.ts';
import type { EpochReport, StepReport } from '../../../src/training/emotion/train-compact.ts';
import { trainReport } from '../../../src/training/emotion/train-report.ts';
import { Random } from '../../../src/training/random.ts';
import { syntheticFaces } from './synthetic-faces.ts';

let tf: Tf;
let folder: string;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  folder = await mkdtemp(join(tmpdir(), 'moodstat-report-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the report's network", () => {
  it('has its 4,478,727 parameters, of which batch norm follows 4,224 untrained', () => {
    const model = buildReportNet(tf, 1);
    expect(model.countParams()).toBe(REPORT_PARAMETERS);
    const sizes = model.nonTrainableWeights.map((weight) => weight.shape.reduce<number>((a, b) => a * b!, 1));
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(2 * (64 + 128 + 512 + 512 + 256 + 512));
    expect(model.outputs[0]!.shape).toEqual([null, 7]);
    model.dispose();
  });

  it('steps by Adam, and writes a checkpoint that it goes on from', async () => {
    const steps: StepReport[] = [];
    const epochs: EpochReport[] = [];
    const options = {
      training: syntheticFaces(2, 1),
      selection: syntheticFaces(1, 2, 'PublicTest'),
      out: folder,
      seed: 1,
      batch: 2,
      width: 1 / 16,
      onStep: (step: StepReport) => {
        steps.push(step);
      },
      onEpoch: (epoch: EpochReport) => {
        epochs.push(epoch);
      },
    };
    await trainReport(tf, { ...options, epochs: 1, resume: false });
    expect(steps).toHaveLength(1);
    expect(Number.isFinite(steps[0]!.loss)).toBe(true);
    expect(epochs[0]).toMatchObject({ epoch: 1, learningRate: 5e-4 });
    const { tensors } = await loadCheckpoint(tf, join(folder, 'checkpoint.bin'));
    const initial = buildReportNet(tf, 1, 1 / 16)
      .getWeights()[0]!
      .dataSync();
    expect(tensors['weights']![0]!.dataSync()).not.toEqual(initial);
    await trainReport(tf, { ...options, epochs: 2, resume: true });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });
});

describe('a stopped training of it', () => {
  it('goes on where it was, between epochs and amid one', async () => {
    const train = async (name: string, stopAfter = Infinity): Promise<number[][]> => {
      let steps = 0;
      const losses: number[][] = [];
      await trainReport(tf, {
        training: syntheticFaces(6, 1),
        selection: syntheticFaces(1, 2, 'PublicTest'),
        out: join(folder, name),
        resume: true,
        seed: 3,
        batch: 2,
        epochs: 2,
        width: 1 / 32,
        stopped: () => ++steps >= stopAfter,
        onEpoch: ({ trainLoss, loss }) => {
          losses.push([trainLoss, loss]);
        },
      });
      return losses;
    };
    const whole = await train('whole');
    const parts = [...(await train('parts', 2)), ...(await train('parts', 3)), ...(await train('parts'))];
    expect(whole).toHaveLength(2);
    expect(parts).toEqual(whole);
  }, 120_000);
});

describe('seedDropout', () => {
  it('draws other masks each step, the same by the same seed, and none in use', () => {
    const model = tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, inputShape: [64] })] });
    const masks = (seed: number): number[][] => {
      seedDropout(tf, model, new Random(seed));
      const ones = tf.ones([1, 64]);
      return [true, true, false].map((training) => [...(model.apply(ones, { training }) as typeof ones).dataSync()]);
    };
    const [first, second, used] = masks(1);
    expect(first).not.toEqual(second);
    expect(used).toEqual(Array(64).fill(1));
    expect(new Set(first)).toEqual(new Set([0, 2]));
    expect(masks(1).slice(0, 2)).toEqual([first, second]);
  });
});
