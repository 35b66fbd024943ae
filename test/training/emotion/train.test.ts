import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEpochs } from '../../../src/training/curves.ts';
import { loadCheckpoint } from '../../../src/training/checkpoint.ts';
import { loadTensorFlow } from '../../../src/training/backend.ts';
import { readEmotionCard } from '../../../src/vision/emotion-card.ts';
import { finish, startScript, startTraining, writeSyntheticData } from './train-script.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-train-'));
  await writeSyntheticData(folder);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const start = (...options: string[]): ReturnType<typeof startTraining> => startTraining(folder, 'cpu', ...options);

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
    const release = startScript('release', '--data', folder, '--out', released, ...checkpoint);
    expect((await finish(release)).out).toMatch(/scores of 7 pictures differ from TensorFlow\.js by at most \d/);
    expect((await readEmotionCard(released)).figures).toMatchObject({ epochs: 2 });
  }, 60_000);

  it('loses nothing by Ctrl-C', async () => {
    const out = join(folder, 'stopped');
    const child = start('--out', out, '--epochs', '500');
    child.stdout.on('data', (chunk: Buffer) => {
      // A terminal's Ctrl-C is heard more than once: npm and tsx pass it on.
      if (chunk.toString().includes('"arch"')) for (let i = 0; i < 3; i++) child.kill('SIGINT');
    });
    const stopped = await finish(child);
    expect(stopped.code).toBe(0);
    expect(stopped.err).toContain('SIGINT: writing the checkpoint; go on with --resume');
    const header = (await readFile(join(out, 'checkpoint.bin'))).toString('latin1').split('\n')[0]!;
    const { state } = JSON.parse(header) as { state: { epoch: number; step: number; recipe: { epochs: number } } };
    expect(state.recipe.epochs).toBe(500);
    expect(state.epoch + state.step).toBeGreaterThan(0);
  }, 60_000);

  it('starts from a saved model, a narrower one too, and says why not when its net has more channels', async () => {
    const out = join(folder, 'first');
    const again = join(folder, 'second');
    await finish(start('--out', out, '--epochs', '1'));
    const init = ['--init', join(out, 'model'), '--epochs', '1', '--learning-rate', '0', '--weight-decay', '0'];
    const second = await finish(start('--out', again, ...init));
    expect(second.code).toBe(0);
    const { tf } = await loadTensorFlow('cpu');
    const kernel = async (path: string, name: string): Promise<number[]> => [
      ...(await loadCheckpoint(tf, join(path, 'checkpoint.bin'))).tensors[name]![0]!.dataSync(),
    ];
    expect(await kernel(again, 'weights')).toEqual(await kernel(out, 'average'));

    const wider = await finish(start('--out', join(folder, 'third'), ...init, '--widths', '2,2,2,3'));
    expect(wider.code).toBe(0);
    const narrower = await finish(start('--out', join(folder, 'fourth'), ...init, '--widths', '2,2,2,1'));
    expect(narrower.code).toBe(1);
    expect(narrower.err).toContain('down3 has 1 channels, 2 in the net to start from');
  }, 120_000);

  it('ends with one line where the data cannot be read', async () => {
    const { code, err } = await finish(start('--data', join(folder, 'nowhere')));
    expect(code).toBe(1);
    expect(err.trim().split('\n').at(-1)).toMatch(/nowhere: no such file or folder$/);
  }, 60_000);
});
