import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Frame } from '../../src/capture/frame.ts';
import { Random } from '../../src/training/random.ts';
import { EMOTIONS, type EmotionClassifier } from '../../src/vision/emotion.ts';
import { loadEmotionClassifier } from '../../src/vision/onnx-emotion-classifier.ts';

export const SHIPPED = fileURLToPath(new URL('../../models/emotion', import.meta.url));

const random = new Random(7);
const frame: Frame = {
  camera: 'test',
  index: 0,
  atMs: 0,
  width: 320,
  height: 240,
  rgb: Uint8Array.from({ length: 320 * 240 * 3 }, (_, i) => (128 + 100 * Math.sin(i / 977) + random.integer(40)) & 255),
};
/** More than one batch, some of them beyond the border. */
const boxes = Array.from({ length: 40 }, () => {
  const side = 30 + random.integer(120);
  return { x: random.integer(320) - 30, y: random.integer(240) - 30, width: side, height: side + random.integer(30) };
});

/** Holds an engine against ONNX Runtime: the same scores of the shipped model, to 1e-4, by each head. */
export async function expectParity(
  load: (modelDir: string, head: string) => Promise<EmotionClassifier>,
): Promise<void> {
  for (const head of ['product', 'fer2013']) {
    const [onnx, other] = await Promise.all([loadEmotionClassifier(SHIPPED, { head }), load(SHIPPED, head)]);
    const [wanted, got] = await Promise.all([onnx, other].map((classifier) => classifier.classify(frame, boxes)));
    expect(got).toHaveLength(boxes.length);
    const differences = wanted!.flatMap(({ scores, sharpness }, i) => [
      ...EMOTIONS.map((e) => Math.abs(scores[e] - got![i]!.scores[e])),
      Math.abs(sharpness - got![i]!.sharpness),
    ]);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(new Set(wanted!.map(({ scores }) => scores.happy)).size).toBeGreaterThan(boxes.length / 2);
    await Promise.all([onnx.close(), other.close()]);
  }
}
