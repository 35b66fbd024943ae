import fc from 'fast-check';
import { EMOTIONS, type Emotion, type EmotionScores } from '../../src/vision/emotion.ts';
import type { Observation } from '../../src/vision/observation.ts';

/** `share` for one emotion, the rest spread evenly. */
export function scoresOf(emotion: Emotion, share = 1): EmotionScores {
  const rest = (1 - share) / (EMOTIONS.length - 1);
  return Object.fromEntries(EMOTIONS.map((e) => [e, e === emotion ? share : rest])) as EmotionScores;
}

export function observation(
  atMs: number,
  faces: Readonly<Record<number, EmotionScores>>,
  camera = 'living',
): Observation {
  return {
    camera,
    frame: 0,
    atMs,
    width: 640,
    height: 480,
    faces: Object.entries(faces).map(([track, scores]) => ({
      track: Number(track),
      box: { x: 0, y: 0, width: 80, height: 80 },
      score: 0.9,
      emotion: 'neutral',
      confidence: 0,
      scores,
      sharpness: 1,
    })),
  };
}

/** Any seven scores that sum to one, none of them zero. */
export const distribution: fc.Arbitrary<EmotionScores> = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 })
  .map((values) => {
    const sum = values.reduce((a, b) => a + b, 0);
    return Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, values[i]! / sum])) as EmotionScores;
  });
