import { EMOTIONS, type EmotionScores } from '../vision/emotion.ts';

/** All zero: nobody's scores. */
export const NO_SCORES: EmotionScores = { angry: 0, disgust: 0, fear: 0, happy: 0, sad: 0, surprise: 0, neutral: 0 };

/** `a` and `b` mixed, `weight` (0 to 1) of `b`; distributions give a distribution. */
export function mixScores(a: EmotionScores, b: EmotionScores, weight: number): EmotionScores {
  return mapScores((emotion) => a[emotion] + (b[emotion] - a[emotion]) * weight);
}

/** Weighted mean of the scores; `NO_SCORES` when the weights sum to zero. */
export function meanScores(
  items: readonly { readonly scores: EmotionScores; readonly weight: number }[],
): EmotionScores {
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  if (total <= 0) return NO_SCORES;
  return mapScores((emotion) => items.reduce((sum, item) => sum + item.scores[emotion] * item.weight, 0) / total);
}

/** Scores computed one by one. */
export function mapScores(value: (emotion: (typeof EMOTIONS)[number]) => number): EmotionScores {
  return {
    angry: value('angry'),
    disgust: value('disgust'),
    fear: value('fear'),
    happy: value('happy'),
    sad: value('sad'),
    surprise: value('surprise'),
    neutral: value('neutral'),
  };
}

/** The distribution with these masses, which must not all be zero. */
export function normalised(mass: (emotion: (typeof EMOTIONS)[number]) => number): EmotionScores {
  const masses = mapScores(mass);
  const sum = EMOTIONS.reduce((total, emotion) => total + masses[emotion], 0);
  return mapScores((emotion) => masses[emotion] / sum);
}
