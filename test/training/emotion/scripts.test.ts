import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { saveLayersModel } from '../../../src/training/layers-file.ts';
import { EMOTIONS } from '../../../src/vision/emotion.ts';
import { readEmotionCard } from '../../../src/vision/emotion-card.ts';

let tf: Tf;
let folder: string;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
  folder = await mkdtemp(join(tmpdir(), 'moodstat-scripts-'));
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, inputShape: [8, 8, 1] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 7, activation: 'softmax' }),
    ],
  });
  await saveLayersModel(model, join(folder, 'net'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an entry script of src/training/emotion as npm does. */
function run(script: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', `src/training/emotion/${script}.ts`, ...args],
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

it('export writes an ONNX file that agrees, and the TensorFlow.js form', async () => {
  const out = join(folder, 'exported');
  const { code, stdout } = await run(
    'export',
    '--model',
    join(folder, 'net'),
    '--out',
    out,
    '--layers',
    join(folder, 'again'),
    '--backend',
    'cpu',
  );
  expect(stdout).toMatch(/^500 random pictures: greatest difference \S+ of values up to \S+, within 0\.0001$/m);
  expect(code).toBe(0);
  const session = await InferenceSession.create(join(out, 'model.onnx'));
  expect(session.inputNames).toHaveLength(1);
  await session.release();
  expect(await readFile(join(folder, 'again', 'weights.bin'))).toEqual(
    await readFile(join(folder, 'net', 'weights.bin')),
  );
});

it('import-model writes a model with its card', async () => {
  const out = join(folder, 'imported');
  const { code, stderr } = await run(
    'import-keras',
    '--keras',
    join(folder, 'net'),
    '--labels',
    EMOTIONS.join(),
    '--range',
    '0..1',
    '--out',
    out,
    '--backend',
    'cpu',
  );
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  expect(await readEmotionCard(out)).toMatchObject({ name: 'imported', input: { width: 8, colour: 'grey' } });
});

it('examine counts a folder of classes and writes its page', async () => {
  const data = join(folder, 'data');
  for (const [i, emotion] of EMOTIONS.entries()) {
    await mkdir(join(data, emotion), { recursive: true });
    const pixels = Buffer.alloc(48 * 48, 20 * i);
    await sharp(pixels, { raw: { width: 48, height: 48, channels: 1 } })
      .png()
      .toFile(join(data, emotion, 'a.png'));
  }
  const { code, stdout } = await run('examine', '--data', data, '--out', join(folder, 'page', 'examine.html'));
  expect(stdout).toMatch(/^all +7 +7$/m);
  expect(code).toBe(0);
  expect(await readFile(join(folder, 'page', 'examine.html'), 'utf8')).toContain('data:image/png');
});

it.each([
  ['export', [], "required option '--model <path>' not specified"],
  ['import-keras', ['--keras', 'x'], "required option '--labels <a,b,…>' not specified"],
  ['examine', [], "required option '--data <dir>' not specified"],
  ['examine', ['--data', 'x', '--sead', '1'], "unknown option '--sead'\n(Did you mean --seed?)"],
  ['train', ['--data', 'x', '--learning-rate', 'fast'], "'fast' is invalid. expected a number from 0 on"],
  ['train', ['--data', 'x', '--widths', '16,32,64'], 'expected four numbers, for example 16,32,64,128'],
  [
    'train',
    ['--data', 'x', '--arch', 'report', '--mixup', '0.2'],
    '--arch report has a recipe of its own, without --mixup',
  ],
  ['evaluate', ['--data', 'x', '--split', 'test'], 'Allowed choices are Training, PublicTest, PrivateTest.'],
])('%s %j: says what is wrong and exits with 2', async (script, args, words) => {
  const { code, stderr } = await run(script, ...args);
  expect(stderr).toContain(words);
  expect(stderr).toContain('(--help lists the options)');
  expect(code).toBe(2);
});

it('train --help lists the options of both nets', async () => {
  const { code, stdout } = await run('train', '--help');
  expect(stdout).toMatch(/^Usage: npm run train -- \[options\]$/m);
  expect(stdout).toMatch(/--learning-rate <rate> +at its peak \(default: 0\.06\)/);
  expect(code).toBe(0);
});

it('a fault is one line and exit code 1', async () => {
  await writeFile(join(folder, 'broken.bin'), 'x');
  const { code, stderr } = await run(
    'export',
    '--model',
    join(folder, 'broken.bin'),
    '--out',
    join(folder, 'never'),
    '--backend',
    'cpu',
  );
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/broken\.bin: is neither/);
});
