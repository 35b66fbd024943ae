import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../src/training/backend.ts';
import { readEpochs, type EpochFigures } from '../../src/training/curves.ts';
import { filterGradient } from '../../src/training/wasm-gradients.ts';
import { available } from '../peers/available.ts';
import { TFJS_NODE } from '../peers/tfjs-node-available.ts';
import { finish, startTraining, writeSyntheticData } from './emotion/train-script.ts';

const require = createRequire(import.meta.url);
/** Chromium's software Vulkan, so that WebGPU runs where there is no GPU. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const WEBGPU = available('WebGPU', 'MOODSTAT_NO_WEBGPU', () => {
  if (process.env['VK_DRIVER_FILES'] === undefined && !existsSync(SWIFTSHADER)) throw new Error(`no ${SWIFTSHADER}`);
  return ['webgpu', '@tensorflow/tfjs-backend-webgpu'].map((name) => require.resolve(name));
});

let folder: string;
let plain: EpochFigures[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-backends-'));
  await writeSyntheticData(folder);
  plain = await train('cpu');
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Two epochs of three steps by the same seed. */
async function train(backend: string): Promise<EpochFigures[]> {
  const out = join(folder, backend);
  process.env['VK_DRIVER_FILES'] ??= SWIFTSHADER;
  const { code, err } = await finish(startTraining(folder, backend, '--out', out, '--epochs', '2'));
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return readEpochs(join(out, 'log.ndjson'));
}

function expectSameLosses(epochs: readonly EpochFigures[], tolerance: number): void {
  expect(epochs).toHaveLength(plain.length);
  epochs.forEach((epoch, i) => {
    for (const name of ['trainLoss', 'loss'])
      expect(Math.abs(epoch[name]! - plain[i]![name]!) / plain[i]![name]!).toBeLessThan(tolerance);
  });
}

describe('the same seed gives the losses of plain JavaScript', () => {
  it.skipIf(!TFJS_NODE)(
    'on tfjs-node, within 1e-4',
    async () => {
      expectSameLosses(await train('tensorflow'), 1e-4);
    },
    120_000,
  );

  it('on WebAssembly, within 1e-4', async () => {
    expectSameLosses(await train('wasm'), 1e-4);
  }, 120_000);

  it.skipIf(!WEBGPU)(
    'on WebGPU, within 1e-3',
    async () => {
      expectSameLosses(await train('webgpu'), 1e-3);
    },
    300_000,
  );
});

describe('filterGradient', () => {
  let tf: Tf;
  beforeAll(async () => {
    ({ tf } = await loadTensorFlow('cpu'));
  });

  it.each([
    ['same', 1, 3],
    ['same', 2, 3],
    ['same', 2, 1],
    ['valid', 1, 3],
    ['valid', 2, 3],
    [1, 1, 3],
    [1, 2, 3],
    ['same', 1, 5],
  ] as const)('is that of TensorFlow.js: %s padding, stride %d, filter of %d px', (pad, stride, size) => {
    type Shape = [number, number, number, number];
    const noise = (shape: Shape, seed: number): Tensor4D => tf.randomNormal(shape, 0, 1, 'float32', seed);
    const x = noise([2, 7, 6, 3], 1);
    const filter = noise([size, size, 3, 4], 2);
    const rounding = typeof pad === 'number' ? 'floor' : undefined;
    const convolve = (f: Tensor): Tensor4D => tf.conv2d(x, f as Tensor4D, stride, pad, 'NHWC', 1, rounding);
    const dy = convolve(filter).sin();
    const expected = tf.grad(convolve)(filter, dy);
    const came = filterGradient(tf, x, dy, [size, size, 3, 4], stride, pad);
    const most = tf.max(tf.abs(tf.sub(came, expected))).dataSync()[0]!;
    expect(most).toBeLessThan(1e-4);
  });
});
