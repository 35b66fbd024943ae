import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { io, LayersModel } from '@tensorflow/tfjs';
import { ModelError } from '../vision/model-error.ts';
import { readTensorFlowFiles } from '../vision/tensorflow-files.ts';
import type { Tf } from './backend.ts';

/** A saved layers model that cannot be read. The message names the file and says what to do. */
export class LayersFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LayersFileError';
  }
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
  const { format, artifacts } = await readTensorFlowFiles(file).catch((cause: unknown) => {
    throw cause instanceof ModelError ? new LayersFileError(cause.message, { cause }) : cause;
  });
  if (format === 'graph-model')
    throw new LayersFileError(`${file}: is a graph model, whose layers are gone; convert Keras to tfjs_layers_model`);
  try {
    return await tf.loadLayersModel({ load: () => Promise.resolve(artifacts) });
  } catch (cause) {
    throw new LayersFileError(`${file}: TensorFlow.js cannot build it: ${(cause as Error).message}`, { cause });
  }
}
