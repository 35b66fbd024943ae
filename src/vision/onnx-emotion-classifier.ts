import { join } from 'node:path';
import type { EmotionClassifier } from './emotion.ts';
import { readEmotionCard } from './emotion-card.ts';
import { ModelError } from './model-error.ts';
import { headOf, NetworkEmotionClassifier } from './network-emotion-classifier.ts';
import { openOnnxNetwork } from './onnx-network.ts';

export interface EmotionClassifierOptions {
  /** Which of the card's heads; `product` unless given. */
  readonly head?: string;
  /** Threads of one inference; 1 unless given. */
  readonly threads?: number;
}

/**
 * Loads an emotion model from its folder: `card.json` and the weights it names. Throws a `ModelError` when one is
 * missing or damaged, or when the card does not fit the weights.
 */
export async function loadEmotionClassifier(
  modelDir: string,
  options: EmotionClassifierOptions = {},
): Promise<EmotionClassifier> {
  const card = await readEmotionCard(modelDir);
  const head = headOf(modelDir, card, options.head ?? 'product');
  if (card.file.endsWith('.json'))
    throw new ModelError(
      'unsupported',
      `${join(modelDir, card.file)}: is a TensorFlow.js model; set vision.engine to tensorflow, or export it to ONNX`,
    );
  const names = { input: card.input.name, outputs: [head.output] };
  const network = await openOnnxNetwork(modelDir, card, names, options.threads);
  return new NetworkEmotionClassifier(modelDir, card, head, network);
}
