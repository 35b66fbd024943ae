import type { Frame } from '../capture/frame.ts';
import { BufferPool } from './buffer-pool.ts';
import type { DetectedFace, FaceDetector } from './face.ts';
import { readFaceCard, type FaceCard } from './face-card.ts';
import { createFaceDecoder, type FaceDecoder } from './face-decoder.ts';
import { createLetterbox, type Letterbox, type Placement } from './letterbox.ts';
import { ModelError } from './model-error.ts';
import type { Network, Outputs } from './network.ts';
import { suppressNonMaxima } from './non-maximum-suppression.ts';
import { openOnnxNetwork } from './onnx-network.ts';

export interface FaceDetectorOptions {
  /** The network's input in px; larger finds farther faces and costs in proportion. Models of fixed size keep theirs. */
  readonly inputWidth?: number;
  readonly inputHeight?: number;
  /** Faces below this score are not reported; the card's threshold unless given. */
  readonly minScore?: number;
  /** Faces lower than this in the frame, in px, are not reported. */
  readonly minFacePx?: number;
  /** Threads of one inference; 1 unless given. */
  readonly threads?: number;
}

/** More candidates than this are never faces of one room; it bounds the time of a noisy frame. */
const MAX_CANDIDATES = 500;

/**
 * Loads a face detector from its folder: `card.json` and the weights it names. Throws a `ModelError` when one is
 * missing or damaged, or when the model cannot take the wanted size.
 */
export async function loadFaceDetector(modelDir: string, options: FaceDetectorOptions = {}): Promise<FaceDetector> {
  const card = withInputSize(await readFaceCard(modelDir), modelDir, options);
  const names = { input: card.input.name, outputs: outputNames(card) };
  const network = await openOnnxNetwork(modelDir, card, names, options.threads);
  return new OnnxFaceDetector(card, network, options);
}

function withInputSize(card: FaceCard, modelDir: string, options: FaceDetectorOptions): FaceCard {
  const { multipleOf } = card.input;
  if (multipleOf === undefined) return card;
  const width = options.inputWidth ?? card.input.width;
  const height = options.inputHeight ?? card.input.height;
  if (width > 0 && height > 0 && width % multipleOf === 0 && height % multipleOf === 0)
    return { ...card, input: { ...card.input, width, height } };
  throw new ModelError(
    'unsupported',
    `${modelDir}: the model takes no input of ${width}x${height}; choose multiples of ${multipleOf}`,
  );
}

function outputNames({ decoder }: FaceCard): string[] {
  switch (decoder.type) {
    case 'moodstat':
      return decoder.outputs.map((output) => output.name);
    case 'yunet':
      return decoder.outputs.flatMap((output) => [output.class, output.objectness, output.box]);
    case 'ultraface':
      return [decoder.scores, decoder.boxes];
  }
}

class OnnxFaceDetector implements FaceDetector {
  readonly #card: FaceCard;
  readonly #network: Network;
  readonly #decode: FaceDecoder;
  readonly #minScore: number;
  readonly #minFacePx: number;
  /** A letterbox a size of frame; cameras are few, but a folder of pictures has many sizes. */
  readonly #letterboxes = new Map<string, Letterbox>();
  readonly #buffers = new BufferPool();

  constructor(card: FaceCard, network: Network, options: FaceDetectorOptions) {
    this.#card = card;
    this.#network = network;
    this.#decode = createFaceDecoder(card.decoder);
    this.#minScore = Math.min(0.999, Math.max(0.001, options.minScore ?? card.thresholds.score));
    this.#minFacePx = options.minFacePx ?? 0;
  }

  async detect(frame: Frame): Promise<readonly DetectedFace[]> {
    const letterbox = this.#letterboxOf(frame);
    const outputs = await this.#infer(frame, letterbox);
    const found = this.#decode(outputs, letterbox.placement, this.#minScore);
    const strongest = found.length > MAX_CANDIDATES ? found.sort((a, b) => b.score - a.score) : found;
    return suppressNonMaxima(strongest.slice(0, MAX_CANDIDATES), this.#card.thresholds.nmsIou)
      .map((face) => inFrame(face, letterbox.placement))
      .filter((face) => face.box.height >= this.#minFacePx);
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  async #infer(frame: Frame, letterbox: Letterbox): Promise<Outputs> {
    const { layout, colour } = this.#card.input;
    const { width, height } = letterbox.placement;
    const channels = colour === 'grey' ? 1 : 3;
    const dims = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
    const buffer = this.#buffers.take(letterbox.length);
    letterbox.render(frame, buffer);
    try {
      return await this.#network.run(buffer, dims, () => `a ${width}x${height} input`);
    } finally {
      this.#buffers.give(buffer);
    }
  }

  #letterboxOf(frame: Frame): Letterbox {
    const key = `${frame.width}x${frame.height}`;
    const known = this.#letterboxes.get(key);
    if (known) return known;
    if (this.#letterboxes.size >= 8) this.#letterboxes.clear();
    const letterbox = createLetterbox(frame, this.#card.input);
    this.#letterboxes.set(key, letterbox);
    return letterbox;
  }
}

function inFrame({ box, score }: DetectedFace, { scale, offsetX, offsetY }: Placement): DetectedFace {
  return {
    box: {
      x: (box.x - offsetX) / scale,
      y: (box.y - offsetY) / scale,
      width: box.width / scale,
      height: box.height / scale,
    },
    score,
  };
}
