import { activate } from './activation.ts';
import { ExportError } from './export-error.ts';
import { numberIn, pairIn, stringIn } from './layer-config.ts';
import { addWeight, onlyInput, weightAt, type LayerContext } from './layer-context.ts';
import { channelsOf, isPicture, type Value } from './value.ts';
import { windowOf } from './window.ts';

/** Kernel [rows, columns, in, out] becomes ONNX's [out, in, rows, columns]. */
export async function convertConv2d(context: LayerContext): Promise<Value> {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const kernel = weightAt(context, 0);
  const [rows, columns, , out] = kernel.shape as [number, number, number, number];
  const window = windowOf(layer, input, [rows, columns], out, pairIn(layer, 'dilationRate'));
  const inputs = [input.name, await addWeight(context, `${layer.name}.weight`, kernel, [3, 2, 0, 1])];
  if (layer.config['useBias'] !== false)
    inputs.push(await addWeight(context, `${layer.name}.bias`, weightAt(context, 1)));
  return finish(context, { name: graph.node('Conv', layer.name, inputs, window.attributes), shape: window.shape });
}

/** One group a channel; TensorFlow and ONNX both put output `channel * multiplier + m` at the same place. */
export async function convertDepthwiseConv2d(context: LayerContext): Promise<Value> {
  const { layer } = context;
  if (pairIn(layer, 'dilationRate').some((d) => d !== 1))
    throw new ExportError(`layer "${layer.name}" (${layer.kind}) is dilated, which TensorFlow.js itself ignores`);
  const bias =
    layer.config['useBias'] === false
      ? undefined
      : await addWeight(context, `${layer.name}.bias`, weightAt(context, 1));
  return finish(context, await depthwise(context, layer.name, bias));
}

/** A depthwise convolution without bias, then a 1×1 one. */
export async function convertSeparableConv2d(context: LayerContext): Promise<Value> {
  const { graph, layer } = context;
  const between = await depthwise(context, `${layer.name}.depthwise`, undefined);
  const pointwise = weightAt(context, 1);
  const inputs = [between.name, await addWeight(context, `${layer.name}.weight`, pointwise, [3, 2, 0, 1])];
  if (layer.config['useBias'] !== false)
    inputs.push(await addWeight(context, `${layer.name}.bias`, weightAt(context, 2)));
  const name = graph.node('Conv', layer.name, inputs, { kernel_shape: { ints: [1, 1] } });
  return finish(context, { name, shape: [...between.shape.slice(0, 3), pointwise.shape[3]!] });
}

async function depthwise(context: LayerContext, hint: string, bias: string | undefined): Promise<Value> {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const kernel = weightAt(context, 0);
  const [rows, columns, channels, multiplier] = kernel.shape as [number, number, number, number];
  const window = windowOf(layer, input, [rows, columns], channels * multiplier, pairIn(layer, 'dilationRate'));
  const dims = [channels * multiplier, 1, rows, columns];
  const inputs = [input.name, await addWeight(context, `${hint}.weight`, kernel, [2, 3, 0, 1], dims)];
  if (bias !== undefined) inputs.push(bias);
  const attributes = { ...window.attributes, group: { int: channels } };
  return { name: graph.node('Conv', hint, inputs, attributes), shape: window.shape };
}

/** A dense layer acts on the last axis: a matrix product, on pictures a 1×1 convolution. */
export async function convertDense(context: LayerContext): Promise<Value> {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const kernel = weightAt(context, 0);
  const [width, units] = kernel.shape as [number, number];
  const hint = `${layer.name}.weight`;
  const bias =
    layer.config['useBias'] === false ? [] : [await addWeight(context, `${layer.name}.bias`, weightAt(context, 1))];
  const shape = [...input.shape.slice(0, -1), units];
  if (isPicture(input)) {
    const weight = await addWeight(context, hint, kernel, [1, 0], [units, width, 1, 1]);
    return finish(context, { name: graph.node('Conv', layer.name, [input.name, weight, ...bias]), shape });
  }
  const weight = await addWeight(context, hint, kernel);
  if (input.shape.length === 2)
    return finish(context, { name: graph.node('Gemm', layer.name, [input.name, weight, ...bias]), shape });
  const product = graph.node('MatMul', layer.name, [input.name, weight]);
  const name = bias.length > 0 ? graph.node('Add', `${layer.name}.add_bias`, [product, ...bias]) : product;
  return finish(context, { name, shape });
}

/** Only added here; `foldBatchNorm` later folds it away where the graph allows. */
export async function convertBatchNorm(context: LayerContext): Promise<Value> {
  const { graph, layer, weights } = context;
  const input = onlyInput(context);
  const rank = input.shape.length;
  const axis = numberIn(layer, 'axis', -1);
  if ((axis < 0 ? axis + rank : axis) !== rank - 1 || (rank !== 4 && rank !== 2))
    throw new ExportError(
      `layer "${layer.name}" (${layer.kind}) normalises axis ${axis} of ${rank}; only channels of rank 2 or 4 are exported`,
    );
  const channels = channelsOf(input);
  const own = [...weights];
  const gamma = layer.config['scale'] === false ? undefined : own.shift();
  const beta = layer.config['center'] === false ? undefined : own.shift();
  const constant = (hint: string, value: number): string =>
    graph.floats(hint, [channels], new Float32Array(channels).fill(value));
  const inputs = [
    input.name,
    gamma ? await addWeight(context, `${layer.name}.gamma`, gamma) : constant(`${layer.name}.gamma`, 1),
    beta ? await addWeight(context, `${layer.name}.beta`, beta) : constant(`${layer.name}.beta`, 0),
    await addWeight(context, `${layer.name}.mean`, weightAt({ ...context, weights: own }, 0)),
    await addWeight(context, `${layer.name}.variance`, weightAt({ ...context, weights: own }, 1)),
  ];
  const epsilon = { float: numberIn(layer, 'epsilon', 1e-3) };
  return { name: graph.node('BatchNormalization', layer.name, inputs, { epsilon }), shape: input.shape };
}

function finish({ graph, layer }: LayerContext, value: Value): Value {
  return activate(graph, layer, value, stringIn(layer, 'activation', 'linear'));
}
