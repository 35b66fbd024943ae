import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs';
import { ModelError } from './model-error.ts';

/** A TensorFlow.js model as it lies on disk, complete. */
export interface TensorFlowFiles {
  readonly format: 'layers-model' | 'graph-model';
  readonly artifacts: io.ModelArtifacts;
  /** Of `model.json` and, after it, the weight files in the order in which it names them. */
  readonly sha256: string;
}

type ModelJson = Partial<io.ModelJSON>;

/**
 * Reads `model.json` and the weight files beside it, as TensorFlow.js or tensorflowjs's converter wrote them. Throws a
 * `ModelError` when something is missing or is no such model.
 */
export async function readTensorFlowFiles(file: string): Promise<TensorFlowFiles> {
  const text = await read(file, 'a TensorFlow.js model is a model.json with its weight files');
  const { modelTopology, weightsManifest, ...rest } = parse(file, text);
  if (!modelTopology || !weightsManifest)
    throw new ModelError(
      'bad-weights',
      `${file}: lacks modelTopology or weightsManifest; is it a TensorFlow.js model?`,
    );
  const parts: Buffer[] = [];
  for (const name of weightsManifest.flatMap(({ paths }) => paths)) {
    // The manifest is foreign: it may only name files beside it.
    if (basename(name) !== name)
      throw new ModelError('bad-weights', `${file}: the weights "${name}" do not lie beside it`);
    parts.push(await read(join(dirname(file), name), `${file} names it as weights`));
  }
  const weights = Buffer.concat(parts);
  return {
    format: rest.format === 'graph-model' ? 'graph-model' : 'layers-model',
    artifacts: {
      modelTopology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
      ...(rest.signature && { signature: rest.signature }),
    },
    sha256: createHash('sha256').update(text).update(weights).digest('hex'),
  };
}

async function read(file: string, otherwise: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ModelError('missing', `${file}: cannot be read; ${otherwise}`, { cause });
  }
}

function parse(file: string, text: Buffer): ModelJson {
  try {
    return JSON.parse(text.toString('utf8')) as ModelJson;
  } catch (cause) {
    throw new ModelError('bad-weights', `${file}: is not JSON: ${(cause as Error).message}`, { cause });
  }
}
