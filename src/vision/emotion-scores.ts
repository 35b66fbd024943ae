import { EMOTIONS, type EmotionScores } from './emotion.ts';
import type { EmotionHeadCard } from './emotion-card.ts';

/**
 * One face's calibrated scores from what a head put out for it, a value a label. A softmax's outputs are turned back
 * into logits for the temperature; labels beyond the seven are left out and the seven renormalised.
 */
export function scoresFromOutput(values: ArrayLike<number>, head: EmotionHeadCard): EmotionScores {
  const logits = EMOTIONS.map((emotion) => {
    const value = values[head.labels.indexOf(emotion)]!;
    const logit = head.activation === 'softmax' ? Math.log(Math.max(value, 1e-12)) : value;
    return logit / head.temperature;
  });
  const most = Math.max(...logits);
  const masses = logits.map((logit) => Math.exp(logit - most));
  const sum = masses.reduce((a, b) => a + b, 0);
  return Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, masses[i]! / sum])) as Record<
    (typeof EMOTIONS)[number],
    number
  >;
}

/** How frequent each emotion was among the head's labels in training; even where the card does not say. */
export function labelPrior({ labels, prior }: Pick<EmotionHeadCard, 'labels' | 'prior'>): EmotionScores {
  const shares = EMOTIONS.map((emotion) => prior?.[labels.indexOf(emotion)] ?? 1);
  const sum = shares.reduce((a, b) => a + b, 0);
  return Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, shares[i]! / sum])) as Record<
    (typeof EMOTIONS)[number],
    number
  >;
}
