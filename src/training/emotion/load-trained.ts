import { statSync } from 'node:fs';
import type { LayersModel } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import { loadCheckpoint } from '../checkpoint.ts';
import { LayersFileError, loadLayersModel } from '../layers-file.ts';
import { buildCompactNet } from './compact-net.ts';
import { SIDE } from './data-set.ts';
import type { TrainingState } from './train-compact.ts';

export const CHECKPOINT_WEIGHTS = ['average', 'weights'] as const;

/**
 * A trained emotion net: from a folder with TensorFlow.js's `model.json`, or from a checkpoint file of `train`, of which
 * the averaged weights are taken unless `weights` asks for the last step's.
 * Throws a `LayersFileError` when the path holds neither.
 */
export async function loadTrained(
  tf: Tf,
  path: string,
  weights: (typeof CHECKPOINT_WEIGHTS)[number] = 'average',
): Promise<LayersModel> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new LayersFileError(`${path}: no such file or folder`);
  if (found.isDirectory() || path.endsWith('.json')) return await loadLayersModel(tf, path);
  const { state, tensors } = await readCheckpoint(tf, path);
  const chosen = tensors[weights];
  if (state.recipe?.arch !== 'compact' || !chosen)
    throw new LayersFileError(`${path}: is not a checkpoint of the compact emotion net; see npm run train`);
  const model = buildCompactNet(tf, { widths: state.recipe.widths, seed: state.recipe.seed, side: SIDE });
  model.setWeights([...chosen]);
  for (const list of Object.values(tensors)) tf.dispose([...list]);
  return model;
}

async function readCheckpoint(tf: Tf, path: string): ReturnType<typeof loadCheckpoint<Partial<TrainingState>>> {
  try {
    return await loadCheckpoint<Partial<TrainingState>>(tf, path);
  } catch (cause) {
    throw new LayersFileError(`${path}: is neither a folder with model.json nor a checkpoint`, { cause });
  }
}
