import { ExportError } from './export-error.ts';
import type { Attribute } from './onnx-graph.ts';
import { pairIn, requireChannelsLast, stringIn, type LayerConfig } from './layer-config.ts';
import type { Value } from './value.ts';

/** A window sliding over a picture, as ONNX attributes, and the shape it leaves: [batch, height, width, channels]. */
export interface Window {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly shape: readonly (number | null)[];
}

/**
 * Strides, kernel and padding of a convolution or pooling.
 *
 * TensorFlow's "same" pads so that the output has ceil(input / stride) places, and gives the odd row or column to the
 * end: a 3×3 kernel with stride 2 pads nothing before and one after an even size, but one on either side of an odd one.
 * Known sizes get these paddings written out; for a size known only at run time ONNX's SAME_UPPER has the same rule.
 */
export function windowOf(
  layer: LayerConfig,
  input: Value,
  kernel: readonly [number, number],
  channels: number,
  dilation: readonly [number, number] = [1, 1],
): Window {
  requireChannelsLast(layer);
  const strides = pairIn(layer, 'strides');
  const same = stringIn(layer, 'padding', 'valid') === 'same';
  const axes = [0, 1].map((i) => {
    const size = input.shape[i + 1] ?? null;
    return slide(size, (kernel[i]! - 1) * dilation[i]! + 1, strides[i]!, same);
  });
  const attributes: Record<string, Attribute> = { kernel_shape: { ints: kernel }, strides: { ints: strides } };
  if (dilation.some((d) => d !== 1)) attributes['dilations'] = { ints: dilation };
  const [rows, columns] = axes.map((axis) => axis.pads);
  if ((!rows || !columns) && kernel.some((k, i) => (k - 1) * dilation[i]! + 1 < strides[i]!))
    throw new ExportError(
      `layer "${layer.name}" (${layer.kind}) strides over more than it reads, which needs a picture of known size`,
    );
  if (!rows || !columns) attributes['auto_pad'] = { string: 'SAME_UPPER' };
  else attributes['pads'] = { ints: [rows[0], columns[0], rows[1], columns[1]] };
  return { attributes, shape: [input.shape[0] ?? null, ...axes.map((axis) => axis.out), channels] };
}

/** One axis: how many places the window has, and what is padded before and after; null where the size decides. */
function slide(
  size: number | null,
  extent: number,
  stride: number,
  same: boolean,
): { out: number | null; pads: readonly [number, number] | null } {
  if (!same) return { out: size === null ? null : Math.floor((size - extent) / stride) + 1, pads: [0, 0] };
  if (size === null && stride > 1) {
    // One or two places never need padding before them, and more behind them than the last window reads does no harm.
    if (extent <= 2) return { out: null, pads: [0, extent - 1] };
    return { out: null, pads: null };
  }
  const out = size === null ? null : Math.ceil(size / stride);
  const total = size === null || out === null ? extent - 1 : Math.max((out - 1) * stride + extent - size, 0);
  const before = Math.floor(total / 2);
  return { out, pads: [before, total - before] };
}
