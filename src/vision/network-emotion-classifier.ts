import type { Frame } from '../capture/frame.ts';
import { BufferPool } from './buffer-pool.ts';
import type { EmotionClassifier, FaceReading } from './emotion.ts';
import type { EmotionCard, EmotionHeadCard } from './emotion-card.ts';
import { scoresFromOutput } from './emotion-scores.ts';
import type { Box } from './face.ts';
import { squareAround } from './face-crop.ts';
import { inputLength, renderFace } from './face-input.ts';
import { ModelError } from './model-error.ts';
import type { Network, OutputTensor } from './network.ts';
import { sharpness } from './sharpness.ts';

/** Faces of one inference; more are classified in turns, which bounds memory. */
const MAX_BATCH = 32;

/** The head of a model that is asked for. Throws a `ModelError` that names the others. */
export function headOf(modelDir: string, card: EmotionCard, name: string): EmotionHeadCard {
  const head = Object.entries(card.heads).find(([known]) => known === name)?.[1];
  if (head) return head;
  throw new ModelError('unsupported', `${modelDir}: has no head "${name}", only ${Object.keys(card.heads).join(', ')}`);
}

/** Crop → network → calibrated scores, whatever engine the network is open in. */
export class NetworkEmotionClassifier implements EmotionClassifier {
  readonly #modelDir: string;
  readonly #card: EmotionCard;
  readonly #head: EmotionHeadCard;
  readonly #network: Network;
  readonly #buffers = new BufferPool();

  constructor(modelDir: string, card: EmotionCard, head: EmotionHeadCard, network: Network) {
    this.#modelDir = modelDir;
    this.#card = card;
    this.#head = head;
    this.#network = network;
  }

  async classify(frame: Frame, boxes: readonly Box[]): Promise<readonly FaceReading[]> {
    const readings: FaceReading[] = [];
    for (let start = 0; start < boxes.length; start += MAX_BATCH)
      readings.push(...(await this.#classifyBatch(frame, boxes.slice(start, start + MAX_BATCH))));
    return readings;
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  async #classifyBatch(frame: Frame, boxes: readonly Box[]): Promise<FaceReading[]> {
    const sharp: number[] = [];
    const values = await this.#infer(frame, boxes, sharp);
    const labels = this.#head.labels.length;
    return sharp.map((sharpness, i) => ({
      scores: scoresFromOutput(values.subarray(i * labels, (i + 1) * labels), this.#head),
      sharpness,
    }));
  }

  /** What the head puts out for all faces; how sharp each is goes to `sharp`. */
  async #infer(frame: Frame, boxes: readonly Box[], sharp: number[]): Promise<Float32Array> {
    const { input, crop } = this.#card;
    const { layout, colour, width, height } = input;
    const faces = boxes.length;
    const channels = colour === 'grey' ? 1 : 3;
    const dims = layout === 'NCHW' ? [faces, channels, height, width] : [faces, height, width, channels];
    const length = inputLength(input);
    const buffer = this.#buffers.take(faces * length);
    boxes.forEach((box, i) => {
      renderFace(frame, squareAround(box, crop), input, buffer, i * length);
      sharp.push(sharpness(buffer, i * length, input));
    });
    let output: OutputTensor | undefined;
    try {
      output = (await this.#network.run(buffer, dims, () => `${faces} faces`))[this.#head.output];
    } finally {
      this.#buffers.give(buffer);
    }
    if (output?.data instanceof Float32Array && output.data.length === faces * this.#head.labels.length)
      return output.data;
    throw new ModelError(
      'bad-card',
      `${this.#modelDir}: output ${this.#head.output} is [${output?.dims.join(', ') ?? ''}], the card has ${this.#head.labels.length} labels; correct the card`,
    );
  }
}
