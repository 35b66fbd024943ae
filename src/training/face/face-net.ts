import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';

/** Channels of the stages at strides 2, 4, 8, 16 and 32, and of the feature pyramid with its heads. */
export interface FaceNetWidths {
  readonly stem: number;
  readonly quarter: number;
  readonly eighth: number;
  readonly sixteenth: number;
  readonly thirtySecond: number;
  readonly pyramid: number;
}

export const FACE_NET_WIDTHS: FaceNetWidths = {
  stem: 16,
  quarter: 24,
  eighth: 40,
  sixteenth: 40,
  thirtySecond: 40,
  pyramid: 32,
};

export const STRIDES = [8, 16, 32] as const;

/** The share of locations that hold a face before anything is learnt (Lin et al. 2017, focal loss). */
const PRIOR = 0.01;

/**
 * An anchor-free, fully convolutional detector: plain 3×3 convolutions down to stride 32, a feature pyramid back up to
 * stride 8 (Lin et al. 2017), a head a stride. Input [batch, height, width, 3] in −1…1, RGB; an output a stride,
 * [batch, height / stride, width / stride, 5]: the score's logit and the logarithms of the distances left, up, right and
 * down to the box's sides, in strides.
 */
export function buildFaceNet(tf: Tf, widths: FaceNetWidths = FACE_NET_WIDTHS, seed = 1): LayersModel {
  let seeds = seed * 1000;
  const conv = (x: SymbolicTensor, filters: number, kernel: number, stride: number, name: string): SymbolicTensor => {
    const kernelInitializer = tf.initializers.heNormal({ seed: seeds++ });
    const convolved = tf.layers
      .conv2d({
        filters,
        kernelSize: kernel,
        strides: stride,
        padding: 'same',
        useBias: false,
        kernelInitializer,
        name,
      })
      .apply(x) as SymbolicTensor;
    return tf.layers.batchNormalization({ momentum: 0.97, name: `${name}_norm` }).apply(convolved) as SymbolicTensor;
  };
  const relu = (x: SymbolicTensor): SymbolicTensor => tf.layers.reLU().apply(x) as SymbolicTensor;
  const add = (a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor => tf.layers.add().apply([a, b]) as SymbolicTensor;
  const residual = (x: SymbolicTensor, filters: number, name: string): SymbolicTensor =>
    relu(add(x, conv(relu(conv(x, filters, 3, 1, `${name}_a`)), filters, 3, 1, `${name}_b`)));
  const up = (x: SymbolicTensor): SymbolicTensor =>
    tf.layers.upSampling2d({ size: [2, 2], dataFormat: 'channelsLast' }).apply(x) as SymbolicTensor;

  const input = tf.input({ shape: [null, null, 3], name: 'image' });
  const half = relu(conv(input, widths.stem, 3, 2, 'stem'));
  const quarter = relu(conv(half, widths.quarter, 3, 2, 'quarter'));
  const eighth = residual(relu(conv(quarter, widths.eighth, 3, 2, 'eighth')), widths.eighth, 'eighth');
  const sixteenth = residual(relu(conv(eighth, widths.sixteenth, 3, 2, 'sixteenth')), widths.sixteenth, 'sixteenth');
  const thirtySecond = relu(conv(sixteenth, widths.thirtySecond, 3, 2, 'thirty_second'));

  const top = relu(conv(thirtySecond, widths.pyramid, 1, 1, 'lateral_32'));
  const middle = relu(add(conv(sixteenth, widths.pyramid, 1, 1, 'lateral_16'), up(top)));
  const bottom = relu(add(conv(eighth, widths.pyramid, 1, 1, 'lateral_8'), up(middle)));

  const outputs = [bottom, middle, top].map((level, i) => {
    const stride = STRIDES[i]!;
    const features = relu(conv(level, widths.pyramid, 3, 1, `head_${stride}`));
    return tf.layers
      .conv2d({
        filters: 5,
        kernelSize: 1,
        kernelInitializer: tf.initializers.randomNormal({ stddev: 0.01, seed: seeds++ }),
        name: `output_${stride}`,
      })
      .apply(features) as SymbolicTensor;
  });
  const model = tf.model({ inputs: input, outputs, name: 'face_net' });
  // Biases: rare faces, boxes of three strides, which lies in the middle of what a stride sees.
  for (const stride of STRIDES) {
    const layer = model.getLayer(`output_${stride}`);
    const [kernel] = layer.getWeights();
    const bias = tf.tensor1d([Math.log(PRIOR / (1 - PRIOR)), ...Array<number>(4).fill(Math.log(1.5))]);
    layer.setWeights([kernel!, bias]);
    bias.dispose();
  }
  return model;
}
