import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Frame } from '../capture/frame.ts';
import type { EmotionClassifier, EmotionScores } from './emotion.ts';
import { readEmotionCard, type EmotionCard, type EmotionHeadCard } from './emotion-card.ts';
import { scoresFromOutput } from './emotion-scores.ts';
import type { Box } from './face.ts';
import { squareAround } from './face-crop.ts';
import { inputLength, renderFace } from './face-input.ts';
import { ModelError } from './model-error.ts';

export interface EmotionClassifierOptions {
  /** Which of the card's heads; `product` unless given. */
  readonly head?: string;
  /** Threads of one inference; 1 unless given. */
  readonly threads?: number;
}

/** Faces of one inference; more are classified in turns, which bounds memory. */
const MAX_BATCH = 32;

/**
 * Loads an emotion model from its folder: `card.json` and the weights it names. Throws a `ModelError` when one is
 * missing or damaged, or when the card does not fit the weights.
 */
export async function loadEmotionClassifier(
  modelDir: string,
  options: EmotionClassifierOptions = {},
): Promise<EmotionClassifier> {
  const card = await readEmotionCard(modelDir);
  const wanted = options.head ?? 'product';
  const head = Object.entries(card.heads).find(([name]) => name === wanted)?.[1];
  if (!head)
    throw new ModelError(
      'unsupported',
      `${modelDir}: has no head "${wanted}", only ${Object.keys(card.heads).join(', ')}`,
    );
  const weights = await readWeights(modelDir, card);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(weights, {
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    });
  } catch (cause) {
    throw new ModelError(
      'bad-weights',
      `${join(modelDir, card.file)}: ONNX Runtime cannot load it; restore the model`,
      { cause },
    );
  }
  const missing = [
    ...(session.inputNames.includes(card.input.name) ? [] : [`input ${card.input.name}`]),
    ...(session.outputNames.includes(head.output) ? [] : [`output ${head.output}`]),
  ];
  if (missing.length > 0) {
    const has = [...session.inputNames, ...session.outputNames].join(', ');
    throw new ModelError(
      'bad-card',
      `${modelDir}: the weights have no ${missing.join(', ')}, only ${has}; correct the card`,
    );
  }
  return new OnnxEmotionClassifier(modelDir, card, head, session);
}

async function readWeights(modelDir: string, card: EmotionCard): Promise<Buffer> {
  const path = join(modelDir, card.file);
  let weights: Buffer;
  try {
    weights = await readFile(path);
  } catch (cause) {
    throw new ModelError('missing', `${path}: cannot be read; restore the model's folder`, { cause });
  }
  const sha256 = createHash('sha256').update(weights).digest('hex');
  if (sha256 === card.sha256) return weights;
  throw new ModelError(
    'bad-weights',
    `${path}: sha256 is ${sha256.slice(0, 12)}…, the card says ${card.sha256.slice(0, 12)}…; restore the model or correct its card`,
  );
}

class OnnxEmotionClassifier implements EmotionClassifier {
  readonly #modelDir: string;
  readonly #card: EmotionCard;
  readonly #head: EmotionHeadCard;
  readonly #session: InferenceSession;
  /** Input buffers at rest. Cameras share a classifier, so two frames may be under way at once. */
  readonly #buffers: Float32Array[] = [];

  constructor(modelDir: string, card: EmotionCard, head: EmotionHeadCard, session: InferenceSession) {
    this.#modelDir = modelDir;
    this.#card = card;
    this.#head = head;
    this.#session = session;
  }

  async classify(frame: Frame, boxes: readonly Box[]): Promise<readonly EmotionScores[]> {
    const scores: EmotionScores[] = [];
    for (let start = 0; start < boxes.length; start += MAX_BATCH)
      scores.push(...(await this.#classifyBatch(frame, boxes.slice(start, start + MAX_BATCH))));
    return scores;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #classifyBatch(frame: Frame, boxes: readonly Box[]): Promise<EmotionScores[]> {
    const { input, crop } = this.#card;
    const length = inputLength(input);
    const buffer = this.#takeBuffer(boxes.length * length);
    boxes.forEach((box, i) => {
      renderFace(frame, squareAround(box, crop), input, buffer, i * length);
    });
    const values = await this.#infer(buffer, boxes.length, length);
    const labels = this.#head.labels.length;
    return boxes.map((_, i) => scoresFromOutput(values.subarray(i * labels, (i + 1) * labels), this.#head));
  }

  async #infer(buffer: Float32Array, faces: number, length: number): Promise<Float32Array> {
    const { name, layout, colour, width, height } = this.#card.input;
    const channels = colour === 'grey' ? 1 : 3;
    const dims = layout === 'NCHW' ? [faces, channels, height, width] : [faces, height, width, channels];
    const tensor = new Tensor('float32', buffer.subarray(0, faces * length), dims);
    let output: Tensor | undefined;
    try {
      output = (await this.#session.run({ [name]: tensor }, [this.#head.output]))[this.#head.output];
    } catch (cause) {
      throw new ModelError(
        'inference',
        `${this.#modelDir}: inference failed on ${faces} faces (${(cause as Error).message})`,
        { cause },
      );
    } finally {
      this.#buffers.push(buffer);
    }
    const values = output?.data;
    if (values instanceof Float32Array && values.length === faces * this.#head.labels.length) return values;
    throw new ModelError(
      'bad-card',
      `${this.#modelDir}: output ${this.#head.output} is [${output?.dims.join(', ') ?? ''}], the card has ${this.#head.labels.length} labels; correct the card`,
    );
  }

  #takeBuffer(length: number): Float32Array {
    const at = this.#buffers.findIndex((buffer) => buffer.length >= length);
    if (at >= 0) return this.#buffers.splice(at, 1)[0]!;
    this.#buffers.length = Math.min(this.#buffers.length, 3);
    return new Float32Array(length);
  }
}
