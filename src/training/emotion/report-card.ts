import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sequential } from '@tensorflow/tfjs';
import { EMOTIONS } from '../../vision/emotion.ts';
import { emotionCardSchema } from '../../vision/emotion-card.ts';
import { readTensorFlowFiles } from '../../vision/tensorflow-files.ts';
import { saveLayersModel } from '../layers-file.ts';
import { SIDE } from './data-set.ts';

/** Writes the report's network with a card, so that the daemon runs it as it is: `vision.engine: tensorflow`. */
export async function saveReportModel(model: Sequential, folder: string): Promise<void> {
  await saveLayersModel(model, folder);
  const { sha256 } = await readTensorFlowFiles(join(folder, 'model.json'));
  const card = emotionCardSchema.parse({
    kind: 'emotion-classifier',
    name: "the report's network",
    file: 'model.json',
    sha256,
    input: {
      name: model.inputNames[0],
      layout: 'NHWC',
      colour: 'grey',
      width: SIDE,
      height: SIDE,
      normalisation: { type: 'fixed', mean: [0, 0, 0], scale: [1 / 255, 1, 1] },
    },
    // It was trained on, and is shown, the detector's box itself.
    crop: { margin: 0, square: true },
    heads: {
      product: { output: model.outputNames[0], labels: [...EMOTIONS], activation: 'softmax', temperature: 1 },
    },
    parameters: model.countParams(),
    data: 'FER-2013 (Goodfellow et al. 2013), Training split',
    licence: 'as the pictures that it was trained on',
  });
  await writeFile(join(folder, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
}
