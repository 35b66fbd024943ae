import { ExportError } from './export-error.ts';
import { numberIn } from './layer-config.ts';
import { onlyInput, type LayerContext, type LayerConverter } from './layer-context.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { fromChannelsLast, onnxAxis, toChannelsLast, type Value } from './value.ts';

/** TensorFlow flattens [height, width, channels] in that order, so a picture is turned back to it first. */
export function convertFlatten(context: LayerContext): Value {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const ordered = toChannelsLast(graph, layer.name, input, true);
  return {
    name: graph.node('Flatten', layer.name, [ordered], { axis: { int: 1 } }),
    shape: [input.shape[0] ?? null, sizeOf(input)],
  };
}

/** A free size in the target takes what the others leave, also when that is only known at run time. */
export function convertReshape(context: LayerContext): Value {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const target = (layer.config['targetShape'] as (number | null)[]).map((size) =>
    size === null || size < 0 ? -1 : size,
  );
  const size = sizeOf(input);
  const free = target.filter((t) => t === -1).length;
  if (free > 1 || (free === 0 && size === null))
    throw new ExportError(
      `layer "${layer.name}" (${layer.kind}): with a free picture size exactly one target size must be -1`,
    );
  const fixed = target.reduce((product, t) => (t === -1 ? product : product * t), 1);
  const shape = [input.shape[0] ?? null, ...target.map((t) => (t === -1 ? (size === null ? null : size / fixed) : t))];
  const ordered = toChannelsLast(graph, layer.name, input, true);
  // A 0 copies the batch from the input.
  const dims = graph.integers(`${layer.name}.shape`, [0, ...target]);
  return fromChannelsLast(graph, layer.name, graph.node('Reshape', layer.name, [ordered, dims]), shape);
}

export function convertConcatenate(context: LayerContext): Value {
  const { graph, layer, inputs } = context;
  const [first] = inputs;
  if (!first) throw new ExportError(`layer "${layer.name}" (${layer.kind}) has no inputs`);
  const axis = numberIn(layer, 'axis', -1);
  const at = axis < 0 ? axis + first.shape.length : axis;
  const name = graph.node('Concat', layer.name, names(inputs), { axis: { int: onnxAxis(first, axis) } });
  const joined = inputs.reduce<number | null>((sum, { shape }) => {
    const size = shape[at] ?? null;
    return sum === null || size === null ? null : sum + size;
  }, 0);
  return { name, shape: first.shape.map((size, i) => (i === at ? joined : size)) };
}

/** Element by element over two or more values of one rank; sizes of one are spread. */
export function convertMerge(op: 'Add' | 'Mul' | 'Max' | 'Min' | 'Mean'): LayerConverter {
  return ({ graph, layer, inputs }) => {
    const [first, ...others] = inputs;
    if (!first || others.some(({ shape }) => shape.length !== first.shape.length))
      throw new ExportError(
        `layer "${layer.name}" (${layer.kind}) merges values of different rank; reshape them before`,
      );
    const shape = first.shape.map((_, axis) => spread(inputs.map((input) => input.shape[axis] ?? null)));
    return { name: merge(graph, op, layer.name, names(inputs)), shape };
  };
}

function merge(graph: OnnxGraph, op: string, hint: string, [first, ...others]: readonly string[]): string {
  if (op !== 'Add' && op !== 'Mul') return graph.node(op, hint, [first!, ...others]);
  return others.reduce((sum, other) => graph.node(op, hint, [sum, other]), first!);
}

function spread(sizes: readonly (number | null)[]): number | null {
  const wide = sizes.filter((size) => size !== 1);
  if (wide.length === 0) return 1;
  return wide.find((size) => size !== null) ?? null;
}

function names(values: readonly Value[]): string[] {
  return values.map(({ name }) => name);
}

/** How many numbers one picture of the batch has; null when that is only known at run time. */
function sizeOf({ shape }: Value): number | null {
  return shape
    .slice(1)
    .reduce<number | null>((product, size) => (product === null || size === null ? null : product * size), 1);
}
