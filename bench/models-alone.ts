import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readEmotionCard } from '../src/vision/emotion-card.ts';
import { readFaceCard } from '../src/vision/face-card.ts';
import { placeFrame } from '../src/vision/letterbox.ts';
import { sessionOptions } from '../src/vision/onnx-network.ts';

export const FACE_MODEL = fileURLToPath(new URL('../models/face', import.meta.url));
export const EMOTION_MODEL = fileURLToPath(new URL('../models/emotion', import.meta.url));
export const FRAME = { width: 640, height: 480 };

/** The two models in bare ONNX Runtime, on inputs that are there already: the floor of any pipeline. */
export interface ModelsAlone {
  detect(): Promise<unknown>;
  classify(): Promise<unknown>;
  close(): Promise<void>;
}

export async function openModelsAlone(threads = 1): Promise<ModelsAlone> {
  const faceCard = await readFaceCard(FACE_MODEL);
  const emotionCard = await readEmotionCard(EMOTION_MODEL);
  const open = async (dir: string, file: string): Promise<InferenceSession> =>
    InferenceSession.create(await readFile(join(dir, file)), sessionOptions(threads));
  const face = await open(FACE_MODEL, faceCard.file);
  const emotion = await open(EMOTION_MODEL, emotionCard.file);
  const { width, height } = placeFrame(FRAME, faceCard.input);
  const picture = noise([1, 3, height, width]);
  const crop = noise([1, 1, emotionCard.input.height, emotionCard.input.width]);
  const outputs = [emotionCard.heads.product.output];
  return {
    detect: () => face.run({ [faceCard.input.name]: picture }),
    classify: () => emotion.run({ [emotionCard.input.name]: crop }, outputs),
    async close() {
      await Promise.all([face.release(), emotion.release()]);
    },
  };
}

/** Values between −1 and 1, the same in every run. */
function noise(dims: readonly number[]): Tensor {
  const length = dims.reduce((product, size) => product * size, 1);
  return new Tensor(
    'float32',
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898)),
    dims,
  );
}
