import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { io, LayersModel } from '@tensorflow/tfjs';
import type { Tf } from './backend.ts';

/** A saved layers model that cannot be read. The message names the file and says what to do. */
export class LayersFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LayersFileError';
  }
}

interface ModelJson {
  readonly format?: string;
  readonly modelTopology?: object;
  readonly weightsManifest?: readonly {
    readonly paths: readonly string[];
    readonly weights: io.WeightsManifestEntry[];
  }[];
}

/**
 * Writes a model as TensorFlow.js's own form, `model.json` and `weights.bin`, which `tf.loadLayersModel` also loads in a
 * browser. TensorFlow.js itself writes to disk only where tfjs-node is installed.
 */
export async function saveLayersModel(model: LayersModel, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await model.save({
    save: async ({ modelTopology, weightSpecs, weightData, generatedBy }: io.ModelArtifacts) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      const json = { format: 'layers-model', generatedBy, convertedBy: null, modelTopology, weightsManifest };
      const parts = weightData === undefined ? [] : [weightData].flat();
      await writeFile(join(folder, 'weights.bin'), Buffer.concat(parts.map((part) => new Uint8Array(part))));
      await writeFile(join(folder, 'model.json'), `${JSON.stringify(json)}\n`);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  });
}

/**
 * Reads `model.json` and the weight files beside it, as `saveLayersModel`, `tf.LayersModel.save` or tensorflowjs's
 * converter from Keras wrote them. `path` is the folder or the JSON file.
 * Throws a `LayersFileError` when something is missing, or has the form of a graph model.
 */
export async function loadLayersModel(tf: Tf, path: string): Promise<LayersModel> {
  const file = path.endsWith('.json') ? path : join(path, 'model.json');
  const folder = file.slice(0, file.length - basename(file).length);
  const json = parse(file, await read(file, 'a TensorFlow.js model is a folder with model.json and its weight files'));
  if (json.format === 'graph-model')
    throw new LayersFileError(`${file}: is a graph model, whose layers are gone; convert Keras to tfjs_layers_model`);
  if (!json.modelTopology || !json.weightsManifest)
    throw new LayersFileError(`${file}: lacks modelTopology or weightsManifest; is it a layers model?`);
  const parts: Buffer[] = [];
  for (const name of json.weightsManifest.flatMap(({ paths }) => paths)) {
    // The manifest is foreign: it may only name files beside it.
    if (basename(name) !== name) throw new LayersFileError(`${file}: the weights "${name}" do not lie beside it`);
    parts.push(await read(join(folder, name), `${file} names it as weights`));
  }
  const joined = Buffer.concat(parts);
  const artifacts: io.ModelArtifacts = {
    modelTopology: json.modelTopology,
    weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
    weightData: joined.buffer.slice(joined.byteOffset, joined.byteOffset + joined.byteLength),
  };
  try {
    return await tf.loadLayersModel({ load: () => Promise.resolve(artifacts) });
  } catch (cause) {
    throw new LayersFileError(`${file}: TensorFlow.js cannot build it: ${(cause as Error).message}`, { cause });
  }
}

async function read(file: string, otherwise: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new LayersFileError(`${file}: cannot be read; ${otherwise}`, { cause });
  }
}

function parse(file: string, bytes: Buffer): ModelJson {
  try {
    return JSON.parse(bytes.toString('utf8')) as ModelJson;
  } catch (cause) {
    throw new LayersFileError(`${file}: is not JSON: ${(cause as Error).message}`, { cause });
  }
}
