import { ExportError } from './export-error.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/**
 * A value of the graph being built. The shape is TensorFlow's, [batch, height, width, channels] for pictures, with null
 * for what is only known when the model runs. In the ONNX graph every value of rank 4 lies as [batch, channels, height,
 * width], because ONNX's convolutions and poolings know no other order; values of other ranks lie as in TensorFlow.
 */
export interface Value {
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

export function isPicture(value: Value): boolean {
  return value.shape.length === 4;
}

/** The axis of the ONNX value that an axis of TensorFlow's shape became. */
export function onnxAxis(value: Value, axis: number): number {
  const rank = value.shape.length;
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? [0, 2, 3, 1][positive]! : positive;
}

export function channelsOf(value: Value): number {
  const channels = value.shape.at(-1);
  if (typeof channels !== 'number') throw new ExportError(`the channels of "${value.name}" are not known`);
  return channels;
}

/** A picture's values in TensorFlow's order. `reshaped` says that only the order counts, because a reshape follows. */
export function toChannelsLast(graph: OnnxGraph, hint: string, value: Value, reshaped = false): string {
  if (!isPicture(value)) return value.name;
  const [, height, width, channels] = value.shape;
  if (reshaped && (channels === 1 || (height === 1 && width === 1))) return value.name;
  return graph.node('Transpose', `${hint}.nhwc`, [value.name], { perm: { ints: [0, 2, 3, 1] } });
}

/** A value that lies in TensorFlow's order, as the graph holds values of this shape. */
export function fromChannelsLast(graph: OnnxGraph, hint: string, name: string, shape: Value['shape']): Value {
  if (shape.length !== 4) return { name, shape };
  return { name: graph.node('Transpose', `${hint}.nchw`, [name], { perm: { ints: [0, 3, 1, 2] } }), shape };
}
