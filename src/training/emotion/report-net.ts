import type { LayersModel, Sequential } from '@tensorflow/tfjs';
import { EMOTIONS } from '../../vision/emotion.ts';
import type { Tf } from '../backend.ts';
import type { Random } from '../random.ts';
import { SIDE } from './data-set.ts';

/** What the report's summary says, batch norm's statistics included. */
export const REPORT_PARAMETERS = 4_478_727;

/**
 * The network of the report that this project grew from: four convolution blocks and two dense ones, each with batch
 * norm, ReLU and dropout 0.25, softmax over the seven emotions. Input [n, 48, 48, 1], 0 to 1; output [n, 7].
 * `width` below 1 makes every layer that much thinner: for trying the training where TensorFlow is slow.
 */
export function buildReportNet(tf: Tf, seed: number, width = 1): Sequential {
  let layers = 0;
  const initial = () => ({ kernelInitializer: tf.initializers.glorotUniform({ seed: seed + ++layers }) });
  const model = tf.sequential({ name: 'report' });
  const blocks: readonly [filters: number, kernel: number][] = [
    [64, 3],
    [128, 5],
    [512, 3],
    [512, 3],
  ];
  blocks.forEach(([full, kernelSize], i) => {
    const filters = Math.ceil(full * width);
    const name = `conv${i + 1}`;
    const inputShape = i === 0 ? { inputShape: [SIDE, SIDE, 1] } : {};
    model.add(tf.layers.conv2d({ name, filters, kernelSize, padding: 'same', ...initial(), ...inputShape }));
    model.add(tf.layers.batchNormalization({ name: `${name}_norm` }));
    model.add(tf.layers.reLU({ name: `${name}_relu` }));
    model.add(tf.layers.maxPooling2d({ name: `${name}_pool`, poolSize: 2, strides: 2 }));
    model.add(tf.layers.dropout({ name: `${name}_drop`, rate: 0.25 }));
  });
  model.add(tf.layers.flatten({ name: 'flatten' }));
  [256, 512].forEach((full, i) => {
    const units = Math.ceil(full * width);
    const name = `dense${i + 1}`;
    model.add(tf.layers.dense({ name, units, ...initial() }));
    model.add(tf.layers.batchNormalization({ name: `${name}_norm` }));
    model.add(tf.layers.reLU({ name: `${name}_relu` }));
    model.add(tf.layers.dropout({ name: `${name}_drop`, rate: 0.25 }));
  });
  model.add(tf.layers.dense({ name: 'product', units: EMOTIONS.length, activation: 'softmax', ...initial() }));
  const parameters = model.countParams();
  if (width === 1 && parameters !== REPORT_PARAMETERS)
    throw new Error(`the report's network has ${REPORT_PARAMETERS} parameters, this one ${parameters}`);
  return model;
}

/** Lets dropout draw its masks from `random`; TensorFlow.js's layer takes one mask for ever or none that comes again. */
export function seedDropout(tf: Tf, model: LayersModel, random: Random): void {
  for (const layer of model.layers) {
    if (layer.getClassName() !== 'Dropout') continue;
    const { rate } = layer.getConfig() as { rate: number };
    const plain = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      return kwargs['training'] === true
        ? tf.dropout(x, rate, undefined, random.integer(2 ** 31))
        : plain(inputs, kwargs);
    };
  }
}
