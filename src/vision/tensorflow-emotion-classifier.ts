import { join } from 'node:path';
import { loadTensorFlow, type LoadedTensorFlow } from '../peers/tensorflow.ts';
import type { EmotionClassifier } from './emotion.ts';
import { type EmotionCard, readEmotionCard } from './emotion-card.ts';
import { ModelError } from './model-error.ts';
import { headOf, NetworkEmotionClassifier } from './network-emotion-classifier.ts';
import type { EmotionClassifierOptions } from './onnx-emotion-classifier.ts';
import { asModelError } from './peer-as-model-error.ts';
import { openTensorFlowNetwork, type TensorFlowForm } from './tensorflow-network.ts';

export interface TensorFlowClassifier {
  readonly classifier: EmotionClassifier;
  /** What it runs on, for people. */
  readonly runsOn: string;
}

/**
 * Loads the TensorFlow.js form of an emotion model, from the same folder and card as `loadEmotionClassifier`; its input is
 * NHWC, as TensorFlow.js wants it. Runs on the event loop's own thread. Throws a `ModelError` when the model, or TensorFlow.js,
 * is missing or damaged.
 */
export async function loadTensorFlowEmotionClassifier(
  modelDir: string,
  options: EmotionClassifierOptions & { readonly tensorFlow?: LoadedTensorFlow } = {},
): Promise<TensorFlowClassifier> {
  const card = await readEmotionCard(modelDir);
  const head = headOf(modelDir, card, options.head ?? 'product');
  const { tf, runsOn } = options.tensorFlow ?? (await loadTensorFlow(options.threads ?? 1).catch(asModelError));
  const names = { input: card.input.name, outputs: [head.output] };
  const network = await openTensorFlowNetwork(tf, formOf(modelDir, card), names);
  const nhwc: EmotionCard = { ...card, input: { ...card.input, layout: 'NHWC' } };
  return { classifier: new NetworkEmotionClassifier(modelDir, nhwc, head, network), runsOn };
}

/** Where the card says that the TensorFlow.js form lies: beside the ONNX one, or in its place. */
function formOf(modelDir: string, { file, sha256, tensorflow }: EmotionCard): TensorFlowForm {
  const form = tensorflow ?? (file.endsWith('.json') ? { file, sha256 } : undefined);
  if (form) return { path: join(modelDir, form.file), sha256: form.sha256 };
  throw new ModelError(
    'unsupported',
    `${modelDir}: its card names no TensorFlow.js form; leave vision.engine out, or name one under \`tensorflow\``,
  );
}
