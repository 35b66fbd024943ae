import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import { ExportError } from './export-error.ts';
import type { LayerConfig } from './layer-config.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import type { Value } from './value.ts';

/** One layer on its way into the graph. */
export interface LayerContext {
  readonly tf: Tf;
  readonly graph: OnnxGraph;
  readonly layer: LayerConfig;
  /** In the order of the layer's `getWeights()`. */
  readonly weights: readonly Tensor[];
  readonly inputs: readonly Value[];
}

/** Adds a layer's operators to the graph and returns its output. */
export type LayerConverter = (context: LayerContext) => Value | Promise<Value>;

export function onlyInput({ layer, inputs }: LayerContext): Value {
  if (inputs.length !== 1)
    throw new ExportError(`layer "${layer.name}" (${layer.kind}) has ${inputs.length} inputs; one is expected`);
  return inputs[0]!;
}

export function weightAt({ layer, weights }: LayerContext, index: number): Tensor {
  const weight = weights[index];
  if (!weight) throw new ExportError(`layer "${layer.name}" (${layer.kind}) lacks its weight ${index}; build it first`);
  return weight;
}

/**
 * Puts a weight into the graph, its axes permuted first when `perm` is given; `dims` are its dimensions there, those of
 * the permuted weight unless said.
 */
export async function addWeight(
  { tf, graph }: LayerContext,
  hint: string,
  weight: Tensor,
  perm?: readonly number[],
  dims?: readonly number[],
): Promise<string> {
  const laid = perm ? tf.transpose(weight, [...perm]) : weight;
  const values = (await laid.data()) as Float32Array;
  const name = graph.floats(hint, dims ?? laid.shape, values);
  if (perm) laid.dispose();
  return name;
}
