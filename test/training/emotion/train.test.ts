import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEpochs } from '../../../src/training/curves.ts';
import { readEmotionCard } from '../../../src/vision/emotion-card.ts';
import { syntheticFaces } from './synthetic-faces.ts';

const script = (name: string): string =>
  fileURLToPath(new URL(`../../../src/training/emotion/${name}.ts`, import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-train-'));
  const faces = [
    ...syntheticFaces(14, 1),
    ...syntheticFaces(7, 2, 'PublicTest'),
    ...syntheticFaces(2, 1, 'PrivateTest'),
  ];
  const rows = faces.map(({ label, pixels, split }) => `${label},${pixels.join(' ')},${split ?? ''}`);
  await writeFile(join(folder, 'fer2013.csv'), ['emotion,pixels,Usage', ...rows].join('\n'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function start(...options: string[]): ChildProcessWithoutNullStreams {
  const tiny = ['--backend', 'cpu', '--widths', '2,2,2,2', '--batch', '4', '--data', folder];
  return spawn(process.execPath, ['--import', 'tsx', script('train'), ...tiny, ...options]);
}

async function finish(child: ChildProcessWithoutNullStreams): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

describe('npm run train', () => {
  it('trains, writes curves, log, checkpoint and layers model, and its checkpoint can be released', async () => {
    const out = join(folder, 'whole');
    const { code, out: said, err } = await finish(start('--out', out, '--epochs', '2'));
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(said).toContain('12 training pictures, 2 more left out');
    expect((await readEpochs(join(out, 'log.ndjson'))).map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const file of ['training.html', 'checkpoint.bin', 'model/model.json', 'model/weights.bin'])
      await access(join(out, file));

    const released = join(folder, 'model');
    const checkpoint = ['--checkpoint', join(out, 'checkpoint.bin')];
    const release = spawn(process.execPath, [
      ...['--import', 'tsx', script('release')],
      ...['--data', folder, '--out', released, ...checkpoint],
    ]);
    expect((await finish(release)).out).toMatch(/scores of 7 pictures differ from TensorFlow\.js by at most \d/);
    expect((await readEmotionCard(released)).figures).toMatchObject({ epochs: 2 });
  }, 60_000);

  it('loses nothing by Ctrl-C', async () => {
    const out = join(folder, 'stopped');
    const child = start('--out', out, '--epochs', '500');
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('"arch"')) child.kill('SIGINT');
    });
    const stopped = await finish(child);
    expect(stopped.code).toBe(0);
    expect(stopped.err).toContain('SIGINT: writing the checkpoint; go on with --resume');
    const header = (await readFile(join(out, 'checkpoint.bin'))).toString('latin1').split('\n')[0]!;
    const { state } = JSON.parse(header) as { state: { epoch: number; step: number; recipe: { epochs: number } } };
    expect(state.recipe.epochs).toBe(500);
    expect(state.epoch + state.step).toBeGreaterThan(0);
  }, 60_000);

  it('ends with one line where the data cannot be read', async () => {
    const { code, err } = await finish(start('--data', join(folder, 'nowhere')));
    expect(code).toBe(1);
    expect(err.trim().split('\n').at(-1)).toMatch(/nowhere: no such file or folder$/);
  }, 60_000);
});
