import type { EmotionClassifier, EmotionScores } from '../../vision/emotion.ts';
import { boxOfSquare, type CropRule } from '../../vision/face-crop.ts';
import { SIDE, type LabelledPicture } from './data-set.ts';

/**
 * Scores of cropped faces by the daemon's own classifier: each picture is a frame, and its box the one whose crop is
 * the whole picture.
 */
export async function scorePictures(
  classifier: EmotionClassifier,
  crop: CropRule,
  pictures: readonly Pick<LabelledPicture, 'pixels'>[],
  onPicture: () => void = () => undefined,
): Promise<EmotionScores[]> {
  const box = boxOfSquare({ x: 0, y: 0, size: SIDE }, crop);
  const scores: EmotionScores[] = [];
  const rgb = new Uint8Array(SIDE * SIDE * 3);
  for (const [index, { pixels }] of pictures.entries()) {
    pixels.forEach((v, i) => rgb.fill(v, i * 3, i * 3 + 3));
    const frame = { camera: 'data-set', index, atMs: 0, width: SIDE, height: SIDE, rgb };
    const [reading] = await classifier.classify(frame, [box]);
    scores.push(reading!.scores);
    onPicture();
  }
  return scores;
}
