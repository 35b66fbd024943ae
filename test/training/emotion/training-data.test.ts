import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTrainingData } from '../../../src/training/emotion/training-data.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-split-'));
  for (let i = 0; i < 20; i++) {
    const to = join(folder, i % 2 === 0 ? 'happy' : 'sad');
    await mkdir(to, { recursive: true });
    const background = { r: i * 10, g: i * 10, b: i * 10 };
    await sharp({ create: { width: 48, height: 48, channels: 3, background } }).toFile(join(to, `${i}.png`));
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('holds back a tenth of an undivided set, by the seed, never in both', async () => {
  const { training, selection, leaks } = await loadTrainingData(folder, 1);
  expect([training.length, selection.length, leaks]).toEqual([18, 2, 0]);
  const sources = new Set([...training, ...selection].map(({ source }) => source));
  expect(sources.size).toBe(20);
  expect((await loadTrainingData(folder, 1)).selection).toEqual(selection);
  const others = await Promise.all([2, 3, 4].map((seed) => loadTrainingData(folder, seed)));
  expect(others.some((other) => other.selection[0]!.source !== selection[0]!.source)).toBe(true);
});
