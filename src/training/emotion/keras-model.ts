import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs';
import { EMOTIONS } from '../../vision/emotion.ts';
import { emotionCardSchema, type EmotionCard, type EmotionInputCard } from '../../vision/emotion-card.ts';
import type { Tf } from '../backend.ts';
import { comparePredictions, PARITY_TOLERANCE, type Parity } from '../onnx/compare-predictions.ts';
import { ExportError } from '../onnx/export-error.ts';
import { exportOnnx } from '../onnx/export-onnx.ts';

/** The ranges that grey values 0 to 255 are brought to before a net sees them. */
export const RANGES = ['0..1', '-1..1', '0..255', 'standardised'] as const;
export type Range = (typeof RANGES)[number];

/** What a foreign model does not say about itself, so that whoever imports it must. */
export interface KerasOptions {
  readonly name: string;
  /** What each output stands for, in its order; the seven emotions by their names here, others by any. */
  readonly labels: readonly string[];
  readonly range: Range;
  /** For three channels; a net with one sees grey. */
  readonly colour?: 'rgb' | 'bgr';
  /** Side in px, for a net of free size. */
  readonly side?: number;
  /** How much wider than the detected face its training pictures were, a share of the box a side. */
  readonly margin?: number;
  readonly data: string;
  readonly licence: string;
  /** Random pictures to compare on; 500 unless said. */
  readonly pictures?: number;
}

export interface ImportedModel {
  readonly onnx: Uint8Array;
  readonly card: EmotionCard;
  readonly parity: Parity;
}

/**
 * A classifier made elsewhere, with Keras or TensorFlow.js, as a moodstat model: ONNX and its card. What can be read
 * from the model is (size, channels, softmax or logits), everything else comes from the options; nothing is guessed.
 * Throws an `ExportError` when the two do not fit or the export differs from TensorFlow.js.
 */
export async function importKeras(tf: Tf, model: LayersModel, options: KerasOptions): Promise<ImportedModel> {
  const input = inputOf(model, options);
  const missing = EMOTIONS.filter((emotion) => !options.labels.includes(emotion));
  if (missing.length > 0)
    throw new ExportError(`labels lack ${missing.join(', ')}; the seven are called ${EMOTIONS.join(', ')}`);
  const [output, ...others] = model.outputs;
  const units = output?.shape.at(-1);
  if (others.length > 0 || output?.shape.length !== 2)
    throw new ExportError('the model must have one output, [pictures, labels]');
  if (units !== options.labels.length)
    throw new ExportError(
      `the model has ${units ?? 'no'} outputs a picture, but ${options.labels.length} labels are given`,
    );

  const onnx = await exportOnnx(tf, model, { inputLayout: 'NCHW', inputName: input.name, outputNames: ['scores'] });
  const { pictures = 500 } = options;
  const parity = await comparePredictions(tf, model, onnx, {
    inputLayout: 'NCHW',
    pictures,
    freeSize: [input.height, input.width],
  });
  if (parity.maxDifference > PARITY_TOLERANCE)
    throw new ExportError(`the export differs from TensorFlow.js by ${parity.maxDifference}; it is not kept`);
  const card = emotionCardSchema.parse({
    kind: 'emotion-classifier',
    name: options.name,
    file: 'model.onnx',
    sha256: createHash('sha256').update(onnx).digest('hex'),
    input,
    crop: { margin: options.margin ?? 0, shiftDown: 0, square: true },
    heads: {
      product: { output: 'scores', labels: options.labels, activation: activationOf(model), temperature: 1 },
    },
    parameters: model.countParams(),
    data: options.data,
    licence: options.licence,
  });
  return { onnx, card, parity };
}

function inputOf(model: LayersModel, { range, colour, side }: KerasOptions): EmotionInputCard {
  const [input, ...others] = model.inputs;
  const [, height, width, channels] = input?.shape ?? [];
  if (others.length > 0 || input?.shape.length !== 4 || (channels !== 1 && channels !== 3))
    throw new ExportError('the model must have one input, [pictures, height, width, 1 or 3 channels]');
  if (channels === 3 && !colour) throw new ExportError('the model sees colours; say in which order: rgb or bgr');
  const size = side ?? height ?? width;
  if (size == null) throw new ExportError('the model takes any size; say which side in px it was trained with');
  if ((height ?? size) !== size || (width ?? size) !== size)
    throw new ExportError(`the model takes ${height ?? 'any'} × ${width ?? 'any'} px, which is not ${size} × ${size}`);
  return {
    name: 'face',
    layout: 'NCHW',
    colour: channels === 1 ? 'grey' : colour!,
    width: size,
    height: size,
    normalisation: normalisationOf(range),
  };
}

/** The network is given (value − mean) × scale. */
function normalisationOf(range: Range): EmotionInputCard['normalisation'] {
  const fixed = (mean: number, scale: number): EmotionInputCard['normalisation'] => ({
    type: 'fixed',
    mean: [mean, mean, mean],
    scale: [scale, scale, scale],
  });
  switch (range) {
    case '0..255':
      return fixed(0, 1);
    case '0..1':
      return fixed(0, 1 / 255);
    case '-1..1':
      return fixed(127.5, 1 / 127.5);
    case 'standardised':
      return { type: 'per-picture', minDeviation: 1 };
  }
}

/** Whether the last layer ends in softmax or in logits. */
function activationOf(model: LayersModel): 'softmax' | 'logits' {
  let layer = model.outputs[0]!.sourceLayer;
  while ('outputs' in layer) layer = (layer as unknown as LayersModel).outputs[0]!.sourceLayer;
  const kind = layer.getClassName();
  const activation = kind === 'Softmax' ? 'softmax' : (layer.getConfig()['activation'] ?? 'linear');
  if (activation === 'softmax') return 'softmax';
  if (kind === 'Dense' && activation === 'linear') return 'logits';
  throw new ExportError(
    `the last layer, "${layer.name}" (${kind}), ends in ${JSON.stringify(activation)}; softmax, or a dense layer without activation, is expected`,
  );
}
