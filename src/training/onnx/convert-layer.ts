import { activate, clip } from './activation.ts';
import {
  convertBatchNorm,
  convertConv2d,
  convertDense,
  convertDepthwiseConv2d,
  convertSeparableConv2d,
} from './convert-convolution.ts';
import { convertGlobalPooling, convertPooling, convertUpSampling2d, convertZeroPadding2d } from './convert-pooling.ts';
import { convertConcatenate, convertFlatten, convertMerge, convertReshape } from './convert-shape.ts';
import { ExportError } from './export-error.ts';
import { numberIn, stringIn } from './layer-config.ts';
import { addWeight, onlyInput, weightAt, type LayerContext, type LayerConverter } from './layer-context.ts';
import { onnxAxis, type Value } from './value.ts';

/** What only acts while a model trains. */
const TRAINING_ONLY = [
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
] as const;

const CONVERTERS: Readonly<Record<string, LayerConverter>> = {
  ...Object.fromEntries(TRAINING_ONLY.map((kind) => [kind, onlyInput])),
  Conv2D: convertConv2d,
  DepthwiseConv2D: convertDepthwiseConv2d,
  SeparableConv2D: convertSeparableConv2d,
  Dense: convertDense,
  BatchNormalization: convertBatchNorm,
  Activation: (context) =>
    activate(context.graph, context.layer, onlyInput(context), stringIn(context.layer, 'activation', 'linear')),
  ReLU: convertRelu,
  LeakyReLU: (context) => withAlpha(context, 'LeakyRelu', 0.3),
  ELU: (context) => withAlpha(context, 'Elu', 1),
  PReLU: convertPrelu,
  Softmax: convertSoftmax,
  Rescaling: convertRescaling,
  MaxPooling2D: convertPooling('MaxPool'),
  AveragePooling2D: convertPooling('AveragePool'),
  GlobalMaxPooling2D: convertGlobalPooling('GlobalMaxPool'),
  GlobalAveragePooling2D: convertGlobalPooling('GlobalAveragePool'),
  UpSampling2D: convertUpSampling2d,
  ZeroPadding2D: convertZeroPadding2d,
  Flatten: convertFlatten,
  Reshape: convertReshape,
  Concatenate: convertConcatenate,
  Add: convertMerge('Add'),
  Multiply: convertMerge('Mul'),
  Maximum: convertMerge('Max'),
  Minimum: convertMerge('Min'),
  Average: convertMerge('Mean'),
};

/** Adds one layer to the graph. Throws an `ExportError` with the layer's name for a kind that is not known. */
export async function convertLayer(context: LayerContext): Promise<Value> {
  const { name, kind } = context.layer;
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined;
  if (!convert)
    throw new ExportError(
      `layer "${name}" is of kind ${kind}, which is not exported; known: ${Object.keys(CONVERTERS).sort().join(', ')}`,
    );
  return convert(context);
}

function convertRelu(context: LayerContext): Value {
  const { graph, layer } = context;
  const input = onlyInput(context);
  if (typeof layer.config['maxValue'] === 'number') return clip(graph, layer.name, input, 0, layer.config['maxValue']);
  return { name: graph.node('Relu', layer.name, [input.name]), shape: input.shape };
}

function withAlpha(context: LayerContext, op: string, otherwise: number): Value {
  const input = onlyInput(context);
  const alpha = { float: numberIn(context.layer, 'alpha', otherwise) };
  return { name: context.graph.node(op, context.layer.name, [input.name], { alpha }), shape: input.shape };
}

/** The slopes have the input's shape without the batch, with ones where they are shared. */
async function convertPrelu(context: LayerContext): Promise<Value> {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const slope = await addWeight(
    context,
    `${layer.name}.slope`,
    weightAt(context, 0),
    input.shape.length === 4 ? [2, 0, 1] : undefined,
  );
  return { name: graph.node('PRelu', layer.name, [input.name, slope]), shape: input.shape };
}

/** The layer's axis is 1 when none was given, which TensorFlow.js only takes where it is the last one. */
function convertSoftmax(context: LayerContext): Value {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const axis = Array.isArray(layer.config['axis']) ? Number(layer.config['axis'][0]) : numberIn(layer, 'axis', 1);
  return {
    name: graph.node('Softmax', layer.name, [input.name], { axis: { int: onnxAxis(input, axis) } }),
    shape: input.shape,
  };
}

function convertRescaling(context: LayerContext): Value {
  const { graph, layer } = context;
  const input = onlyInput(context);
  const scale = graph.floats(`${layer.name}.scale`, [], [numberIn(layer, 'scale')]);
  const offset = graph.floats(`${layer.name}.offset`, [], [numberIn(layer, 'offset', 0)]);
  const scaled = graph.node('Mul', `${layer.name}.scaled`, [input.name, scale]);
  return { name: graph.node('Add', layer.name, [scaled, offset]), shape: input.shape };
}
