import type * as TensorFlow from '@tensorflow/tfjs';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';

type Tf = typeof TensorFlow;
type Padding = 'same' | 'valid' | number;

interface FilterGradientAttributes {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dataFormat: string;
  readonly filterShape: [number, number, number, number];
}

/**
 * TensorFlow.js's WebAssembly backend has no gradient of a convolution by its filter (Conv2DBackpropFilter), so that no
 * convolution net can be trained on it. This one is made of kernels that it has: for each place of the filter, the
 * pixels that met it times the gradient of what they became.
 */
export function registerWasmGradients(tf: Tf): void {
  if (tf.getKernelsForBackend('wasm').some(({ kernelName }) => kernelName === 'Conv2DBackpropFilter')) return;
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as { x: Tensor; dy: Tensor };
      const { strides, pad, dataFormat, filterShape } = attrs as unknown as FilterGradientAttributes;
      if (dataFormat !== 'NHWC') throw new Error(`Conv2DBackpropFilter on wasm: ${dataFormat} is not supported`);
      // Kernels are given bare handles; operations want tensors.
      const tensor = (of: Tensor): Tensor4D => tf.engine().makeTensorFromTensorInfo(of) as Tensor4D;
      return tf.tidy(() => filterGradient(tf, tensor(x), tensor(dy), filterShape, strides, pad));
    },
  });
}

/** x [n, h, w, cin] and dy [n, oh, ow, cout] to the filter's gradient [fh, fw, cin, cout]. */
export function filterGradient(
  tf: Tf,
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: [number, number, number, number],
  strides: number | [number, number],
  pad: Padding,
): Tensor4D {
  const [fh, fw, cin, cout] = filterShape;
  const [n, oh, ow] = dy.shape;
  const [sh, sw] = typeof strides === 'number' ? [strides, strides] : strides;
  const padding = [along(x.shape[1], oh, fh, sh, pad), along(x.shape[2], ow, fw, sw, pad)] as const;
  const padded = tf.pad(x, [[0, 0], [...padding[0]], [...padding[1]], [0, 0]]);
  const rows = dy.reshape<Tensor2D>([n * oh * ow, cout]);
  const places: Tensor2D[] = [];
  for (let y = 0; y < fh; y++)
    for (let column = 0; column < fw; column++) {
      const met = tf.stridedSlice(
        padded,
        [0, y, column, 0],
        [n, y + (oh - 1) * sh + 1, column + (ow - 1) * sw + 1, cin],
        [1, sh, sw, 1],
      );
      places.push(tf.matMul(met.reshape<Tensor2D>([n * oh * ow, cin]), rows, true, false));
    }
  return tf.stack(places).reshape<Tensor4D>(filterShape);
}

/** Zeros before and after, so that windows of `filter` px at each stride give `out` values. */
function along(size: number, out: number, filter: number, stride: number, pad: Padding): [number, number] {
  const needed = Math.max(0, (out - 1) * stride + filter - size);
  if (pad === 'valid') return [0, needed];
  if (pad === 'same') return [Math.floor(needed / 2), Math.ceil(needed / 2)];
  return [pad, Math.max(0, needed - pad)];
}
