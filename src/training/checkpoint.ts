import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from './backend.ts';

/** Everything a training needs to go on as if it had never stopped. */
export interface Checkpoint<State> {
  /** Small things: epoch, step, random state, best score, the options it was started with. */
  readonly state: State;
  /** Named lists of tensors: weights, velocities, averages. */
  readonly tensors: Readonly<Record<string, readonly Tensor[]>>;
}

interface Header {
  readonly state: unknown;
  readonly tensors: Record<string, { shape: number[]; offset: number }[]>;
}

/**
 * Writes a checkpoint as one file: a line of JSON, then float32 little-endian tensors. The file is replaced in one
 * step, so a kill leaves either the old or the new one.
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint<unknown>): Promise<void> {
  const header: Header = { state: checkpoint.state, tensors: {} };
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, list] of Object.entries(checkpoint.tensors)) {
    const entries: { shape: number[]; offset: number }[] = [];
    for (const tensor of list) {
      const values = (await tensor.data()) as Float32Array;
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      entries.push({ shape: tensor.shape, offset });
      parts.push(bytes);
      offset += bytes.length;
    }
    header.tensors[name] = entries;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.partial`, Buffer.concat([Buffer.from(JSON.stringify(header) + '\n'), ...parts]));
  await rename(`${path}.partial`, path);
}

/** Reads what `saveCheckpoint` wrote; the caller disposes of the tensors. Throws what the file system throws. */
export async function loadCheckpoint<State>(tf: Tf, path: string): Promise<Checkpoint<State>> {
  const file = await readFile(path);
  const end = file.indexOf(10);
  const header = JSON.parse(file.toString('utf8', 0, end)) as Header;
  const tensors: Record<string, Tensor[]> = {};
  for (const [name, entries] of Object.entries(header.tensors)) {
    tensors[name] = entries.map(({ shape, offset }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = new Float32Array(size);
      file.copy(Buffer.from(values.buffer), 0, end + 1 + offset, end + 1 + offset + size * 4);
      return tf.tensor(values, shape);
    });
  }
  return { state: header.state as State, tensors };
}
