import { ExportError } from './export-error.ts';
import { pairIn, requireChannelsLast, stringIn } from './layer-config.ts';
import { onlyInput, type LayerContext, type LayerConverter } from './layer-context.ts';
import { channelsOf, type Value } from './value.ts';
import { windowOf } from './window.ts';

/** `MaxPool` or `AveragePool`; TensorFlow leaves padded places out of the average, which is ONNX's default too. */
export function convertPooling(op: 'MaxPool' | 'AveragePool'): LayerConverter {
  return (context) => {
    const { graph, layer } = context;
    const input = onlyInput(context);
    const window = windowOf(layer, input, pairIn(layer, 'poolSize', 2), channelsOf(input));
    return { name: graph.node(op, layer.name, [input.name], window.attributes), shape: window.shape };
  };
}

/** [batch, height, width, channels] to [batch, channels]. */
export function convertGlobalPooling(op: 'GlobalMaxPool' | 'GlobalAveragePool'): LayerConverter {
  return (context) => {
    const { graph, layer } = context;
    const input = onlyInput(context);
    requireChannelsLast(layer);
    const pooled = graph.node(op, layer.name, [input.name]);
    const name = graph.node('Flatten', `${layer.name}.flatten`, [pooled], { axis: { int: 1 } });
    return { name, shape: [input.shape[0] ?? null, channelsOf(input)] };
  };
}

/** TensorFlow.js resizes with corners not aligned and pixels not centred, ONNX's `asymmetric`. */
export function convertUpSampling2d(context: LayerContext): Value {
  const { graph, layer } = context;
  const input = onlyInput(context);
  requireChannelsLast(layer);
  const [rows, columns] = pairIn(layer, 'size', 2);
  const interpolation = stringIn(layer, 'interpolation', 'nearest');
  const attributes = {
    mode: { string: interpolation === 'nearest' ? 'nearest' : 'linear' },
    coordinate_transformation_mode: { string: 'asymmetric' },
    nearest_mode: { string: 'floor' },
  };
  const scales = graph.floats(`${layer.name}.scales`, [4], [1, 1, rows, columns]);
  const [batch = null, height = null, width = null] = input.shape;
  return {
    name: graph.node('Resize', layer.name, [input.name, '', scales], attributes),
    shape: [batch, height === null ? null : height * rows, width === null ? null : width * columns, channelsOf(input)],
  };
}

/** TensorFlow.js writes the padding as [[top, bottom], [left, right]]. */
export function convertZeroPadding2d(context: LayerContext): Value {
  const { graph, layer } = context;
  const input = onlyInput(context);
  requireChannelsLast(layer);
  const [top, bottom, left, right] = (layer.config['padding'] as unknown[]).flat(2).map(Number);
  if (top === undefined || bottom === undefined || left === undefined || right === undefined)
    throw new ExportError(`layer "${layer.name}" (${layer.kind}): padding is not [[top, bottom], [left, right]]`);
  const pads = graph.integers(`${layer.name}.pads`, [0, 0, top, left, 0, 0, bottom, right]);
  const [batch = null, height = null, width = null] = input.shape;
  return {
    name: graph.node('Pad', layer.name, [input.name, pads]),
    shape: [
      batch,
      height === null ? null : height + top + bottom,
      width === null ? null : width + left + right,
      channelsOf(input),
    ],
  };
}
