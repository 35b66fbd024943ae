import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from './model-error.ts';

/** What a card says of the file of weights beside it. */
export interface WeightsFile {
  readonly file: string;
  readonly sha256: string;
}

/** Reads a model's weights, whatever engine they are for. Throws a `ModelError` when they are missing or damaged. */
export async function readWeights(modelDir: string, { file, sha256: expected }: WeightsFile): Promise<Buffer> {
  const path = join(modelDir, file);
  let weights: Buffer;
  try {
    weights = await readFile(path);
  } catch (cause) {
    throw new ModelError('missing', `${path}: cannot be read; restore the model's folder`, { cause });
  }
  const sha256 = createHash('sha256').update(weights).digest('hex');
  if (sha256 === expected) return weights;
  throw new ModelError(
    'bad-weights',
    `${path}: sha256 is ${sha256.slice(0, 12)}…, the card says ${expected.slice(0, 12)}…; restore the model or correct its card`,
  );
}
