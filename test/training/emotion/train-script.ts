import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { syntheticFaces } from './synthetic-faces.ts';

/** Writes `fer2013.csv` into `folder`: 14 pictures to train on, two of which are leaks, and 7 to select by. */
export async function writeSyntheticData(folder: string): Promise<void> {
  const faces = [
    ...syntheticFaces(14, 1),
    ...syntheticFaces(7, 2, 'PublicTest'),
    ...syntheticFaces(2, 1, 'PrivateTest'),
  ];
  const rows = faces.map(({ label, pixels, split }) => `${label},${pixels.join(' ')},${split ?? ''}`);
  await writeFile(join(folder, 'fer2013.csv'), ['emotion,pixels,Usage', ...rows].join('\n'));
}

/** Starts an entry script of src/training/emotion as npm does. */
export function startScript(name: string, ...options: string[]): ChildProcessWithoutNullStreams {
  const script = fileURLToPath(new URL(`../../../src/training/emotion/${name}.ts`, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', script, ...options]);
}

/** Starts a training of a very thin net on the data in `folder`. */
export function startTraining(folder: string, backend: string, ...options: string[]): ChildProcessWithoutNullStreams {
  const tiny = ['--backend', backend, '--widths', '2,2,2,2', '--batch', '4', '--data', folder];
  return startScript('train', ...tiny, ...options);
}

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function finish(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}
