import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { saveCheckpoint } from '../../../src/training/checkpoint.ts';
import { buildCompactNet, loadMeanNet } from '../../../src/training/emotion/compact-net.ts';
import { loadTrained } from '../../../src/training/emotion/load-trained.ts';
import { RECIPE, type Recipe } from '../../../src/training/emotion/recipe.ts';
import { saveLayersModel } from '../../../src/training/layers-file.ts';

const recipe: Recipe = { ...RECIPE, widths: [2, 3, 4, 5] };
let tf: Tf;
let folder: string;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
  folder = await mkdtemp(join(tmpdir(), 'moodstat-trained-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('takes a checkpoint, the averaged weights or the last, and a folder', async () => {
  const model = buildCompactNet(tf, { widths: recipe.widths, seed: 1, side: null });
  const last = model.getWeights();
  const average = last.map((weight) => weight.add(1));
  const path = join(folder, 'checkpoint.bin');
  await saveCheckpoint(path, { state: { recipe }, tensors: { weights: last, average } });
  const stemOf = async (...from: Parameters<typeof loadTrained>): Promise<number[]> => [
    ...(await loadTrained(...from)).getWeights()[0]!.dataSync(),
  ];
  expect(await stemOf(tf, path)).toEqual([...average[0]!.dataSync()]);
  expect(await stemOf(tf, path, 'weights')).toEqual([...last[0]!.dataSync()]);
  await saveLayersModel(model, join(folder, 'layers'));
  expect(await stemOf(tf, join(folder, 'layers'))).toEqual([...last[0]!.dataSync()]);
  expect((await loadTrained(tf, path)).inputs[0]!.shape).toEqual([null, 48, 48, 1]);
});

it('refuses what is neither', async () => {
  await expect(loadTrained(tf, join(folder, 'absent'))).rejects.toThrow(/no such file/);
  await writeFile(join(folder, 'text.bin'), 'hello');
  await expect(loadTrained(tf, join(folder, 'text.bin'))).rejects.toThrow(
    /neither a folder with model\.json nor a checkpoint/,
  );
  await saveCheckpoint(join(folder, 'other.bin'), { state: { epoch: 1 }, tensors: {} });
  await expect(loadTrained(tf, join(folder, 'other.bin'))).rejects.toThrow(
    /not a checkpoint of the compact emotion net/,
  );
});

it('takes the mean of several checkpoints, unless their nets differ in width', async () => {
  const save = async (name: string, of: Recipe, epoch: number): Promise<string> => {
    const average = buildCompactNet(tf, { widths: of.widths, seed: 1, side: null })
      .getWeights()
      .map((weight) => tf.fill(weight.shape, epoch));
    const path = join(folder, name);
    await saveCheckpoint(path, { state: { recipe: of, epoch }, tensors: { average } });
    return path;
  };
  const paths = [await save('1.bin', recipe, 1), await save('3.bin', recipe, 3), await save('8.bin', recipe, 8)];
  const { model, epoch } = await loadMeanNet(tf, paths);
  expect(epoch).toBe(8);
  for (const weight of model.getWeights()) expect(new Set(weight.dataSync())).toEqual(new Set([4]));
  const wide = await save('wide.bin', { ...recipe, widths: [2, 3, 4, 6] }, 1);
  await expect(loadMeanNet(tf, [paths[0]!, wide])).rejects.toThrow('different widths: 2,3,4,5 and 2,3,4,6');
});
