import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { DetectorTraining, type DetectorTrainingOptions } from '../../../src/training/face/detector-training.ts';
import type { StoredPicture } from '../../../src/training/face/picture-store.ts';
import { halve } from '../../../src/training/face/pixels.ts';

const options: DetectorTrainingOptions = {
  epochs: 4,
  batchSize: 2,
  size: 32,
  learningRate: 0.04,
  weightDecay: 5e-4,
  averageDecay: 0.9,
  seed: 3,
  widths: { stem: 4, quarter: 4, eighth: 4, sixteenth: 4, thirtySecond: 4, pyramid: 4 },
};

/** A dark room with a bright square where the face is. */
function picture(x: number): StoredPicture {
  const rgb = new Uint8Array(96 * 96 * 3).fill(40);
  for (let row = 30; row < 60; row++) rgb.fill(220, (row * 96 + x) * 3, (row * 96 + x + 26) * 3);
  const full = { width: 96, height: 96, rgb };
  return { width: 96, height: 96, boxes: [[x, 30, x + 26, 60]], pyramid: [full, halve(full)] };
}

describe('DetectorTraining', () => {
  const pictures = [5, 20, 40, 60].map(picture);
  let tf: Tf;
  let dir: string;
  beforeAll(async () => {
    ({ tf } = await loadTensorFlow('cpu'));
    dir = await mkdtemp(join(tmpdir(), 'moodstat-training-'));
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  const weightsOf = (training: DetectorTraining): number[][] =>
    training.model.getWeights().map((weight) => [...weight.dataSync()]);

  it('resumes bit for bit: two epochs and two more are four', async () => {
    const path = join(dir, 'checkpoint.bin');
    const whole = new DetectorTraining(tf, pictures, options);
    for (let epoch = 0; epoch < 4; epoch++) whole.runEpoch(() => undefined);

    const first = new DetectorTraining(tf, pictures, options);
    for (let epoch = 0; epoch < 2; epoch++) first.runEpoch(() => undefined);
    await first.save(path);
    const second = new DetectorTraining(tf, pictures, { ...options, seed: 99 });
    await second.restore(path);
    expect(second.epoch).toBe(2);
    for (let epoch = 0; epoch < 2; epoch++) second.runEpoch(() => undefined);

    expect(weightsOf(second)).toEqual(weightsOf(whole));
  });

  it('reports steps and finite losses, and keeps no tensor from step to step', () => {
    const training = new DetectorTraining(tf, pictures, options);
    training.runEpoch(() => undefined);
    const before = tf.memory().numTensors;
    const steps: number[] = [];
    const means = training.runEpoch((done) => steps.push(done));
    expect(steps).toEqual([1, 2]);
    expect(Object.values(means).every(Number.isFinite)).toBe(true);
    expect(means.box).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(before);
  });
});
