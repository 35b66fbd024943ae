import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import { convertLayer } from './convert-layer.ts';
import { encodeModel } from './encode-model.ts';
import { ExportError } from './export-error.ts';
import { foldBatchNorm } from './fold-batch-norm.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { fromChannelsLast, isPicture, toChannelsLast, type Value } from './value.ts';

/** How pictures lie: [batch, height, width, channels] or [batch, channels, height, width]. */
export type PictureLayout = 'NHWC' | 'NCHW';

export interface ExportOptions {
  /** How the pictures lie that the ONNX model will be given. NCHW saves a transpose. */
  readonly inputLayout: PictureLayout;
  /** How outputs of rank 4 lie; as the input does unless said. Other outputs are as in TensorFlow.js. */
  readonly outputLayout?: PictureLayout;
  /** Name of the only input; the names of the input layers unless said. */
  readonly inputName?: string;
  /** Names of the outputs, in the model's order; the names of the layers they come from unless said. */
  readonly outputNames?: readonly string[];
  /** Leaves height and width of the pictures free, whatever size the model was built with. */
  readonly dynamicSize?: boolean;
  /** ONNX operator set, 13 to 21; 17 unless said. */
  readonly opset?: number;
  readonly producer?: { readonly name: string; readonly version: string };
}

/** The parts of a layer that are read here; TensorFlow.js exports its class only as a type of many parameters. */
interface Layer {
  readonly name: string;
  readonly inboundNodes: readonly { readonly inputTensors: readonly SymbolicTensor[] }[];
  getClassName(): string;
  getConfig(): Record<string, unknown>;
  getWeights(): Tensor[];
}

/**
 * A TensorFlow.js layers model, sequential or functional, as the bytes of an ONNX file with float32 weights. The batch
 * is always free; batch normalisation is folded; what acts only in training vanishes. The same model and options give
 * the same bytes. Weights are read while this runs: do not train meanwhile.
 * Throws an `ExportError` that names the layer when one has no faithful form.
 */
export async function exportOnnx(tf: Tf, model: LayersModel, options: ExportOptions): Promise<Uint8Array> {
  const { inputLayout, outputLayout = inputLayout, opset = 17 } = options;
  if (!Number.isInteger(opset) || opset < 13 || opset > 21)
    throw new ExportError(`operator set ${opset} is not exported; choose 13 to 21`);
  const graph = new OnnxGraph();
  const inputs = model.inputs.map((input) => addInput(graph, input, nameOf(options, model, input), options));
  const outputs = await convertModel(tf, graph, model, inputs);

  // As `model.outputNames`, which a sequential model lacks until it has run once.
  const own = model.outputs.map((output) => output.sourceLayer.name);
  const names = options.outputNames ?? own;
  if (names.length !== outputs.length)
    throw new ExportError(
      `the model has ${outputs.length} outputs (${own.join(', ')}), but ${names.length} names were given`,
    );
  outputs.forEach((output, i) => {
    addOutput(graph, output, names[i]!, outputLayout);
  });
  foldBatchNorm(graph);
  return encodeModel(graph, { opset, producer: options.producer ?? { name: 'moodstat', version: '' } });
}

function nameOf({ inputName }: ExportOptions, model: LayersModel, input: SymbolicTensor): string {
  if (inputName === undefined) return input.sourceLayer.name;
  if (model.inputs.length > 1)
    throw new ExportError(`the model has ${model.inputs.length} inputs; inputName is for models with one`);
  return inputName;
}

function addInput(graph: OnnxGraph, input: SymbolicTensor, name: string, options: ExportOptions): Value {
  const shape = [null, ...input.shape.slice(1)];
  if (shape.length !== 4) {
    graph.input(name, named(name, shape));
    return { name, shape };
  }
  if (options.dynamicSize) shape[1] = shape[2] = null;
  const [batch, height, width, channels] = named(name, shape);
  if (options.inputLayout === 'NCHW') {
    graph.input(name, [batch!, channels!, height!, width!]);
    return { name, shape };
  }
  graph.input(name, [batch!, height!, width!, channels!]);
  return fromChannelsLast(graph, name, name, shape);
}

function addOutput(graph: OnnxGraph, output: Value, name: string, layout: PictureLayout): void {
  const dims = named(name, output.shape);
  if (!isPicture(output)) graph.output(output.name, name, dims);
  else if (layout === 'NHWC') graph.output(toChannelsLast(graph, name, output), name, dims);
  else graph.output(output.name, name, [dims[0]!, dims[3]!, dims[1]!, dims[2]!]);
}

/** Free dimensions get names; those of the batch are one and the same. */
function named(name: string, shape: Value['shape']): (number | string)[] {
  const axes = shape.length === 4 ? ['batch', 'height', 'width', 'channels'] : ['batch'];
  return shape.map((size, i) => (i === 0 ? 'batch' : (size ?? `${name}_${axes[i] ?? `size${i}`}`)));
}

/** Converts the layers that the outputs depend on, each after its inputs; models inside the model are walked into. */
async function convertModel(tf: Tf, graph: OnnxGraph, model: LayersModel, inputs: readonly Value[]): Promise<Value[]> {
  const values = new Map(model.inputs.map((input, i) => [input.id, inputs[i]!]));

  async function valueOf(tensor: SymbolicTensor): Promise<Value> {
    const known = values.get(tensor.id);
    if (known) return known;
    const layer = tensor.sourceLayer as unknown as Layer;
    const before: Value[] = [];
    for (const input of layer.inboundNodes[tensor.nodeIndex]!.inputTensors) before.push(await valueOf(input));
    const after = await convertCall(tf, graph, layer, before);
    const value = after[tensor.tensorIndex] ?? after[0]!;
    values.set(tensor.id, value);
    return value;
  }

  const outputs: Value[] = [];
  for (const output of model.outputs) outputs.push(await valueOf(output));
  return outputs;
}

async function convertCall(tf: Tf, graph: OnnxGraph, layer: Layer, inputs: readonly Value[]): Promise<Value[]> {
  if ('layers' in layer) return convertModel(tf, graph, layer as unknown as LayersModel, inputs);
  const config = { name: layer.name, kind: layer.getClassName(), config: layer.getConfig() };
  return [await convertLayer({ tf, graph, layer: config, weights: layer.getWeights(), inputs })];
}
