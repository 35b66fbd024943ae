import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { buildCompactNet } from '../../../src/training/emotion/compact-net.ts';
import { SIDE } from '../../../src/training/emotion/data-set.ts';
import { predictLogits } from '../../../src/training/emotion/selection.ts';
import { mixTargets } from '../../../src/training/emotion/targets.ts';
import { askTeachers } from '../../../src/training/emotion/teacher.ts';
import { loadLayersModel, saveLayersModel } from '../../../src/training/layers-file.ts';
import { syntheticFaces } from './synthetic-faces.ts';

const pictures = syntheticFaces(4, 1);
const mirrored = pictures.map((picture) => ({
  ...picture,
  pixels: Uint8Array.from(
    picture.pixels,
    (_, i) => picture.pixels[Math.floor(i / SIDE) * SIDE + SIDE - 1 - (i % SIDE)]!,
  ),
}));
let tf: Tf;
let folder: string;

beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
  folder = await mkdtemp(join(tmpdir(), 'moodstat-teacher-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A net with logits far enough from 0 that its opinion is not even; its folder. */
async function teacher(seed: number): Promise<string> {
  const net = buildCompactNet(tf, { widths: [2, 2, 2, 3], seed, side: SIDE });
  const head = net.getLayer('fer2013');
  head.setWeights(head.getWeights().map((w) => w.mul(50)));
  await saveLayersModel(net, join(folder, String(seed)));
  return join(folder, String(seed));
}

describe('askTeachers', () => {
  it('is the mean of the probabilities of each net, of pictures and their mirror images', async () => {
    const paths = [await teacher(1), await teacher(2)];
    const expected = new Float32Array(pictures.length * 7);
    for (const path of paths) {
      const net = await loadLayersModel(tf, path);
      for (const shown of [pictures, mirrored]) {
        const { fer2013 } = await predictLogits(tf, net, shown);
        const probabilities = tf.softmax(tf.tensor2d(fer2013, [pictures.length, 7])).dataSync();
        probabilities.forEach((p, i) => (expected[i]! += p / 4));
      }
    }
    const opinion = await askTeachers(tf, paths, pictures);
    opinion.fer2013.forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i]!, 5);
    });
    expect(opinion.product.reduce((a, b) => a + b, 0)).toBeCloseTo(pictures.length, 4);
  });

  it('says what is missing without a net', async () => {
    await expect(askTeachers(tf, [], pictures)).rejects.toThrow('--teacher FOLDER');
  });
});

describe('mixTargets', () => {
  it('takes its share from the opinion', () => {
    const one = { product: Float32Array.of(1, 0), fer2013: Float32Array.of(0, 0) };
    const other = { product: Float32Array.of(0.5, 0.5), fer2013: Float32Array.of(0.25, 0.75) };
    const { product, fer2013 } = mixTargets(one, other, 0.5);
    expect([...product, ...fer2013]).toEqual([0.75, 0.25, 0.125, 0.375]);
  });
});
