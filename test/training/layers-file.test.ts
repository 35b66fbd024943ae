import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadTensorFlow, type Tf } from '../../src/training/backend.ts';
import { LayersFileError, loadLayersModel, saveLayersModel } from '../../src/training/layers-file.ts';

let tf: Tf;
let root: string;
let folder: string;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
  root = await mkdtemp(join(tmpdir(), 'moodstat-layers-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'm-'));
});

const build = () =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2] }),
      tf.layers.batchNormalization({}),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4 }),
    ],
  });

/** Rewrites model.json. */
async function edit(change: (json: Record<string, unknown>) => void): Promise<void> {
  const path = join(folder, 'model.json');
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

test('a saved model comes back with the same predictions', async () => {
  const model = build();
  const input = tf.randomNormal([2, 6, 6, 2]);
  const wanted = (model.predict(input) as typeof input).dataSync();
  await saveLayersModel(model, folder);
  for (const path of [folder, join(folder, 'model.json')]) {
    const loaded = await loadLayersModel(tf, path);
    expect((loaded.predict(input) as typeof input).dataSync()).toEqual(wanted);
  }
});

test('weights split over several files are joined, as the Keras converter leaves them', async () => {
  const model = build();
  await saveLayersModel(model, folder);
  const weights = await readFile(join(folder, 'weights.bin'));
  await writeFile(join(folder, 'a.bin'), weights.subarray(0, 101));
  await writeFile(join(folder, 'b.bin'), weights.subarray(101));
  await edit((json) => {
    (json['weightsManifest'] as { paths: string[] }[])[0]!.paths = ['a.bin', 'b.bin'];
  });
  const loaded = await loadLayersModel(tf, folder);
  expect(loaded.getWeights().map((w) => w.dataSync())).toEqual(model.getWeights().map((w) => w.dataSync()));
});

test.each<[string, (json: Record<string, unknown>) => void, RegExp]>([
  ['a graph model', (json) => (json['format'] = 'graph-model'), /graph model/],
  ['a file without weights', (json) => delete json['weightsManifest'], /lacks/],
  [
    'weights elsewhere',
    (json) => ((json['weightsManifest'] as { paths: string[] }[])[0]!.paths = ['../x.bin']),
    /beside it/,
  ],
  [
    'missing weights',
    (json) => ((json['weightsManifest'] as { paths: string[] }[])[0]!.paths = ['x.bin']),
    /x\.bin: cannot be read/,
  ],
  ['an unknown topology', (json) => (json['modelTopology'] = { class_name: 'Odd', config: {} }), /cannot build it/],
])('%s is refused in one line', async (_, change, message) => {
  await saveLayersModel(build(), folder);
  await edit(change);
  const failing = loadLayersModel(tf, folder);
  await expect(failing).rejects.toThrow(LayersFileError);
  await expect(failing).rejects.toThrow(message);
});

test('an empty folder and broken JSON are named', async () => {
  await expect(loadLayersModel(tf, folder)).rejects.toThrow(/model\.json: cannot be read; a TensorFlow\.js model is/);
  await writeFile(join(folder, 'model.json'), '{');
  await expect(loadLayersModel(tf, folder)).rejects.toThrow(/model\.json: is not JSON/);
});
