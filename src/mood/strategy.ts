import { EMOTIONS, type Emotion, type EmotionScores } from '../vision/emotion.ts';
import { meanScores } from './scores.ts';

/**
 * How several faces, cameras or rooms become one: `mean` mixes them, `strongest` takes the one that shows most emotion,
 * and a list is for care: as soon as one of them shows an emotion of the list, it is that one; otherwise the mean.
 */
export type Strategy = 'mean' | 'strongest' | { readonly anyOf: readonly Emotion[] };

export interface Weighted {
  readonly scores: EmotionScores;
  /** How much it counts beside the others; one of weight 0 does not count. */
  readonly weight: number;
}

/** One distribution for several; all zero when none counts. */
export function combineScores(items: readonly Weighted[], strategy: Strategy): EmotionScores {
  const counting = items.filter(({ weight }) => weight > 0);
  if (strategy === 'strongest')
    return most(counting, ({ scores, weight }) => Math.min(1, weight) * (1 - scores.neutral)) ?? meanScores([]);
  if (strategy === 'mean') return meanScores(counting);
  const cared = (scores: EmotionScores): number => Math.max(...strategy.anyOf.map((emotion) => scores[emotion]));
  const showing = counting.filter(
    ({ scores }) => cared(scores) >= Math.max(...EMOTIONS.map((emotion) => scores[emotion])),
  );
  return most(showing, ({ scores, weight }) => Math.min(1, weight) * cared(scores)) ?? meanScores(counting);
}

function most(items: readonly Weighted[], valueOf: (item: Weighted) => number): EmotionScores | undefined {
  return [...items].sort((a, b) => valueOf(b) - valueOf(a))[0]?.scores;
}
