import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Frame } from '../capture/frame.ts';
import type { DetectedFace, FaceDetector } from './face.ts';
import { readFaceCard, type FaceCard } from './face-card.ts';
import { createFaceDecoder, type FaceDecoder } from './face-decoder.ts';
import type { Outputs } from './face-decoder-outputs.ts';
import { createLetterbox, type Letterbox, type Placement } from './letterbox.ts';
import { ModelError } from './model-error.ts';
import { suppressNonMaxima } from './non-maximum-suppression.ts';

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
      {
        cause,
      },
    );
  }
  requireNames(modelDir, card, session);
  return new OnnxFaceDetector(modelDir, card, session, options);
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

async function readWeights(modelDir: string, card: FaceCard): Promise<Buffer> {
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

function requireNames(modelDir: string, card: FaceCard, session: InferenceSession): void {
  const wanted = outputNames(card);
  const missing = [
    ...(session.inputNames.includes(card.input.name) ? [] : [`input ${card.input.name}`]),
    ...wanted.filter((name) => !session.outputNames.includes(name)).map((name) => `output ${name}`),
  ];
  if (missing.length === 0) return;
  const has = [...session.inputNames, ...session.outputNames].join(', ');
  throw new ModelError(
    'bad-card',
    `${modelDir}: the weights have no ${missing.join(', ')}, only ${has}; correct the card`,
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
  readonly #modelDir: string;
  readonly #card: FaceCard;
  readonly #session: InferenceSession;
  readonly #decode: FaceDecoder;
  readonly #minScore: number;
  readonly #minFacePx: number;
  readonly #outputNames: string[];
  /** A letterbox a size of frame; cameras are few, but a folder of pictures has many sizes. */
  readonly #letterboxes = new Map<string, Letterbox>();
  /** Input buffers at rest. Cameras share a detector, so two frames may be under way at once. */
  readonly #buffers: Float32Array[] = [];

  constructor(modelDir: string, card: FaceCard, session: InferenceSession, options: FaceDetectorOptions) {
    this.#modelDir = modelDir;
    this.#card = card;
    this.#session = session;
    this.#decode = createFaceDecoder(card.decoder);
    this.#minScore = Math.min(0.999, Math.max(0.001, options.minScore ?? card.thresholds.score));
    this.#minFacePx = options.minFacePx ?? 0;
    this.#outputNames = outputNames(card);
  }

  async detect(frame: Frame): Promise<readonly DetectedFace[]> {
    const letterbox = this.#letterboxOf(frame);
    const buffer = this.#takeBuffer(letterbox.length);
    letterbox.render(frame, buffer);
    const outputs = await this.#infer(buffer, letterbox);
    const found = this.#decode(outputs, letterbox.placement, this.#minScore);
    const strongest = found.length > MAX_CANDIDATES ? found.sort((a, b) => b.score - a.score) : found;
    return suppressNonMaxima(strongest.slice(0, MAX_CANDIDATES), this.#card.thresholds.nmsIou)
      .map((face) => inFrame(face, letterbox.placement))
      .filter((face) => face.box.height >= this.#minFacePx);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #infer(buffer: Float32Array, letterbox: Letterbox): Promise<Outputs> {
    const { layout, name, colour } = this.#card.input;
    const { width, height } = letterbox.placement;
    const channels = colour === 'grey' ? 1 : 3;
    const dims = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
    const values = buffer.length === letterbox.length ? buffer : buffer.subarray(0, letterbox.length);
    try {
      const outputs = await this.#session.run({ [name]: new Tensor('float32', values, dims) }, this.#outputNames);
      return outputs as unknown as Outputs;
    } catch (cause) {
      throw new ModelError(
        'inference',
        `${this.#modelDir}: inference failed on a ${width}x${height} input (${(cause as Error).message})`,
        { cause },
      );
    } finally {
      this.#buffers.push(buffer);
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

  #takeBuffer(length: number): Float32Array {
    const at = this.#buffers.findIndex((buffer) => buffer.length === length);
    if (at >= 0) return this.#buffers.splice(at, 1)[0]!;
    this.#buffers.length = Math.min(this.#buffers.length, 3);
    return new Float32Array(length);
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
