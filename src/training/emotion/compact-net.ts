import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import { EMOTIONS } from '../../vision/emotion.ts';
import type { Tf } from '../backend.ts';
import { loadCheckpoint } from '../checkpoint.ts';
import { DataSetError, SIDE } from './data-set.ts';
import { recipeOf, type Recipe } from './recipe.ts';

export const HEADS = ['product', 'fer2013'] as const;
export type Head = (typeof HEADS)[number];

export interface NetOptions {
  /** Channels at full, half, quarter and eighth resolution. */
  readonly widths: readonly [number, number, number, number];
  readonly seed: number;
  /** Side of the input in px; null builds it for any side, as training with growing pictures needs. */
  readonly side: number | null;
}

/**
 * A small residual net (He et al. 2016) on standardised grey faces: 3×3 convolutions, halved by stride, one residual
 * block at each of three resolutions, global average, and a head of logits for each of `HEADS`. Plain convolutions
 * train on a CPU about twice as fast as depthwise ones of the same accuracy. Input [n, side, side, 1].
 */
export function buildCompactNet(tf: Tf, { widths, seed, side }: NetOptions): LayersModel {
  let layers = 0;
  const initial = (): ReturnType<Tf['initializers']['heNormal']> => tf.initializers.heNormal({ seed: seed + ++layers });
  const norm = (x: SymbolicTensor, name: string): SymbolicTensor =>
    tf.layers
      .batchNormalization({ name: `${name}_norm`, momentum: 0.97, epsilon: 1e-3, center: true, scale: true })
      .apply(x) as SymbolicTensor;
  const relu = (x: SymbolicTensor, name: string): SymbolicTensor =>
    tf.layers.reLU({ name: `${name}_relu` }).apply(x) as SymbolicTensor;
  const convolve = (x: SymbolicTensor, filters: number, name: string, strides = 1): SymbolicTensor =>
    norm(
      tf.layers
        .conv2d({
          name,
          filters,
          kernelSize: 3,
          strides,
          padding: 'same',
          useBias: false,
          kernelInitializer: initial(),
        })
        .apply(x) as SymbolicTensor,
      name,
    );
  const residual = (x: SymbolicTensor, filters: number, name: string): SymbolicTensor => {
    const inner = relu(convolve(x, filters, `${name}a`), `${name}a`);
    const outer = convolve(inner, filters, `${name}b`);
    return relu(tf.layers.add({ name: `${name}_add` }).apply([x, outer]) as SymbolicTensor, name);
  };

  const input = tf.input({ shape: [side, side, 1], name: 'face' });
  let x = relu(convolve(input, widths[0], 'stem'), 'stem');
  widths.slice(1).forEach((filters, i) => {
    x = relu(convolve(x, filters, `down${i + 1}`, 2), `down${i + 1}`);
    x = residual(x, filters, `block${i + 1}`);
  });
  x = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(x) as SymbolicTensor;
  const outputs = HEADS.map(
    (head) =>
      tf.layers
        .dense({
          name: head,
          units: EMOTIONS.length,
          kernelInitializer: tf.initializers.randomNormal({ stddev: 0.01, seed: seed + ++layers }),
        })
        .apply(x) as SymbolicTensor,
  );
  return tf.model({ name: 'compact', inputs: input, outputs });
}

/** The compact net of a training's checkpoint, with its averaged weights. Throws what `loadCheckpoint` throws. */
export async function loadCompactNet(
  tf: Tf,
  checkpoint: string,
): Promise<{ readonly model: LayersModel; readonly epoch: number; readonly recipe: Recipe }> {
  const { state, tensors } = await loadCheckpoint<{ epoch: number; recipe: Recipe }>(tf, checkpoint);
  const model = buildCompactNet(tf, { widths: state.recipe.widths, seed: state.recipe.seed, side: SIDE });
  model.setWeights([...tensors['average']!]);
  for (const list of Object.values(tensors)) tf.dispose([...list]);
  return { model, epoch: state.epoch, recipe: recipeOf(state.recipe) };
}

/**
 * As `loadCompactNet`, with the mean of the averaged weights of several checkpoints of one training (Wortsman et al. 2022);
 * epoch and recipe are the last one's. Throws a `DataSetError` when their widths differ.
 */
export async function loadMeanNet(tf: Tf, checkpoints: readonly string[]): ReturnType<typeof loadCompactNet> {
  const loaded = await Promise.all(checkpoints.map((path) => loadCompactNet(tf, path)));
  const last = loaded.at(-1);
  if (!last) throw new DataSetError('there is no checkpoint to load');
  const widths = loaded.map(({ recipe }) => recipe.widths.join());
  if (new Set(widths).size > 1)
    throw new DataSetError(`the checkpoints have different widths: ${widths.join(' and ')}`);
  const of = loaded.map(({ model }) => model.getWeights());
  const means = of[0]!.map((_, i) => tf.tidy(() => tf.addN(of.map((weights) => weights[i]!)).div(of.length)));
  last.model.setWeights(means);
  tf.dispose(means);
  loaded.slice(0, -1).forEach(({ model }) => model.dispose());
  return last;
}
