import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readEmotionCard } from '../../src/vision/emotion-card.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { loadEmotionClassifier } from '../../src/vision/onnx-emotion-classifier.ts';

const MODEL = fileURLToPath(new URL('../../models/emotion', import.meta.url));

it('ships an emotion model that loads, is small, and gives scores that sum to one', async () => {
  const card = await readEmotionCard(MODEL);
  expect(card.parameters).toBeLessThanOrEqual(1_000_000);
  expect((await stat(`${MODEL}/${card.file}`)).size).toBeLessThanOrEqual(4_000_000);
  const rgb = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 37) % 256);
  const frame = { camera: 'test', index: 0, atMs: 0, width: 64, height: 64, rgb };
  for (const head of Object.keys(card.heads)) {
    const classifier = await loadEmotionClassifier(MODEL, { head });
    const [first, second] = await classifier.classify(frame, [
      { x: 10, y: 10, width: 40, height: 50 },
      { x: -20, y: 30, width: 60, height: 60 },
    ]);
    for (const { scores } of [first!, second!])
      expect(EMOTIONS.reduce((sum, emotion) => sum + scores[emotion], 0)).toBeCloseTo(1, 6);
    expect(first).not.toEqual(second);
    await classifier.close();
  }
});
