import type { GraphModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../peers/tensorflow.ts';
import { ModelError } from './model-error.ts';
import type { Network, NetworkNames, OutputTensor } from './network.ts';
import { readTensorFlowFiles, type TensorFlowFiles } from './tensorflow-files.ts';

/** What a card says of the TensorFlow.js form of a model. */
export interface TensorFlowForm {
  /** Path of its model.json. */
  readonly path: string;
  /** Of model.json and its weight files, as in `TensorFlowFiles`. */
  readonly sha256: string;
}

/**
 * Opens a TensorFlow.js model, layers or graph. Throws a `ModelError` when it is missing or damaged, when TensorFlow.js
 * cannot build it, or when it has other names than the card says.
 */
export async function openTensorFlowNetwork(
  tf: Tf,
  { path, sha256 }: TensorFlowForm,
  names: NetworkNames,
): Promise<Network> {
  const files = await readTensorFlowFiles(path);
  if (files.sha256 !== sha256)
    throw new ModelError(
      'bad-weights',
      `${path}: sha256 with its weights is ${files.sha256.slice(0, 12)}…, the card says ${sha256.slice(0, 12)}…; restore the model or correct its card`,
    );
  let model: Model;
  try {
    model = await buildModel(tf, files);
  } catch (cause) {
    const message = `${path}: TensorFlow.js cannot build it (${(cause as Error).message}); restore the model`;
    throw new ModelError('bad-weights', message, { cause });
  }
  requireNames(path, names, model);
  const run = model.outputsNamed(names.outputs);
  return {
    async run(values, dims, input) {
      const outputs: Record<string, OutputTensor> = {};
      let tensors: Tensor[] = [];
      try {
        tensors = tf.tidy(() => run(tf.tensor(values, [...dims], 'float32')));
        for (const [i, name] of names.outputs.entries()) {
          const { shape } = tensors[i]!;
          outputs[name] = { dims: shape, data: await tensors[i]!.data<'float32'>() };
        }
      } catch (cause) {
        const message = `${path}: inference failed on ${input()} (${(cause as Error).message})`;
        throw new ModelError('inference', message, { cause });
      } finally {
        tf.dispose(tensors);
      }
      return outputs;
    },
    close() {
      model.dispose();
      return Promise.resolve();
    },
  };
}

/** A layers or a graph model. */
interface Model {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** A function that computes these outputs, and no others. */
  outputsNamed(names: readonly string[]): (input: Tensor) => Tensor[];
  dispose(): void;
}

async function buildModel(tf: Tf, { format, artifacts }: TensorFlowFiles): Promise<Model> {
  const handler = { load: () => Promise.resolve(artifacts) };
  if (format === 'graph-model') {
    const graph: GraphModel = await tf.loadGraphModel(handler);
    const [input] = graph.inputs;
    return {
      inputNames: graph.inputs.map(({ name }) => name),
      outputNames: graph.outputs.map(({ name }) => name),
      outputsNamed: (names) => (values) => [graph.execute({ [input!.name]: values }, [...names])].flat(),
      dispose: () => {
        graph.dispose();
      },
    };
  }
  const layers = await tf.loadLayersModel(handler);
  return {
    inputNames: layers.inputs.map(layerName),
    outputNames: layers.outputs.map(layerName),
    outputsNamed(names) {
      const outputs = names.map((name) => layers.outputs.find((output) => layerName(output) === name)!);
      const chosen = tf.model({ inputs: layers.inputs, outputs });
      return (values) => [chosen.predict(values)].flat();
    },
    dispose: () => {
      layers.dispose();
    },
  };
}

/** A sequential model that was loaded has no list of names of its own, as others have. */
function layerName(tensor: SymbolicTensor): string {
  return tensor.sourceLayer.name;
}

function requireNames(path: string, { input, outputs }: NetworkNames, model: Model): void {
  const missing = [
    ...(model.inputNames.length === 1 && model.inputNames[0] === input ? [] : [`single input ${input}`]),
    ...outputs.filter((name) => !model.outputNames.includes(name)).map((name) => `output ${name}`),
  ];
  if (missing.length === 0) return;
  const has = [...model.inputNames, ...model.outputNames].join(', ');
  throw new ModelError('bad-card', `${path}: the model has no ${missing.join(', ')}, only ${has}; correct the card`);
}
