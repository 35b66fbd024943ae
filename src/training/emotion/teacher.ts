import { EMOTIONS } from '../../vision/emotion.ts';
import type { Tf } from '../backend.ts';
import { loadLayersModel } from '../layers-file.ts';
import { SIDE, DataSetError, type LabelledPicture } from './data-set.ts';
import { predictLogits } from './selection.ts';
import type { Targets } from './targets.ts';

/**
 * What compact nets, saved as layers models, say of the pictures: the mean of their probabilities over the nets and over
 * each picture and its mirror image, [pictures, 7] a head. Throws when there is no net, or what `loadLayersModel` throws.
 */
export async function askTeachers(
  tf: Tf,
  paths: readonly string[],
  pictures: readonly LabelledPicture[],
): Promise<Targets> {
  if (paths.length === 0) throw new DataSetError('a share for teachers needs --teacher FOLDER, a saved compact net');
  const mirrored = pictures.map((picture) => ({ ...picture, pixels: mirror(picture.pixels) }));
  const length = pictures.length * EMOTIONS.length;
  const sums = { product: new Float32Array(length), fer2013: new Float32Array(length) };
  for (const path of paths) {
    const net = await loadLayersModel(tf, path);
    for (const shown of [pictures, mirrored]) {
      const said = await predictLogits(tf, net, shown);
      addProbabilities(said.product, sums.product, 1 / (2 * paths.length));
      addProbabilities(said.fer2013, sums.fer2013, 1 / (2 * paths.length));
    }
    net.dispose();
  }
  return sums;
}

function addProbabilities(logits: Float32Array, into: Float32Array, weight: number): void {
  for (let i = 0; i < logits.length; i += EMOTIONS.length) {
    const row = logits.subarray(i, i + EMOTIONS.length);
    const most = Math.max(...row);
    const powers = row.map((v) => Math.exp(v - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, c) => (into[i + c]! += (weight * power) / sum));
  }
}

function mirror(pixels: Uint8Array): Uint8Array {
  return pixels.map((_, i) => pixels[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!);
}
