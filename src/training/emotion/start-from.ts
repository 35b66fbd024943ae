import type { LayersModel } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import { loadLayersModel } from '../layers-file.ts';
import type { Random } from '../random.ts';
import { DataSetError } from './data-set.ts';
import { widenInto } from './widen.ts';

/** Deviation of the noise on copied channels: enough that copies soon differ, little enough to keep what was learned. */
const COPY_NOISE = 0.15;

/** Puts the weights of the layers model at `path` into `model`, which must have the same layers, as wide or wider. */
export async function startFrom(tf: Tf, model: LayersModel, path: string, random: Random): Promise<void> {
  const start = await loadLayersModel(tf, path);
  const names = (of: LayersModel): string => of.layers.map(({ name }) => name).join(', ');
  if (names(start) !== names(model))
    throw new DataSetError(`${path}: has the layers ${names(start)}; this net needs ${names(model)}`);
  widenInto(tf, random, start, model, COPY_NOISE);
  start.dispose();
}
