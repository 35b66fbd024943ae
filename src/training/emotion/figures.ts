import { EMOTIONS, type Emotion, type EmotionScores } from '../../vision/emotion.ts';

/** What a classifier said of one picture, and what it is (an index into `EMOTIONS`). */
export interface Judged {
  readonly scores: EmotionScores;
  readonly label: number;
}

/** Pictures of one span of confidence. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Figures {
  readonly images: number;
  readonly accuracy: number;
  /** Mean of the F1 of the classes that occur. */
  readonly macroF1: number;
  /** Share found of each class; null where it does not occur. */
  readonly recall: Readonly<Record<Emotion, number | null>>;
  /** Expected calibration error: mean distance of confidence and accuracy over the bins, weighted by pictures. */
  readonly ece: number;
  /** Rows: what it is; columns: what was said; in the order of `EMOTIONS`. */
  readonly confusion: readonly (readonly number[])[];
}

/** Index of the strongest emotion; of equals, the first. */
export function strongest(scores: EmotionScores): number {
  return EMOTIONS.reduce((best, emotion, i) => (scores[emotion] > scores[EMOTIONS[best]!] ? i : best), 0);
}

/** Fifteen bins of equal width, as in Guo et al. 2017, On calibration of modern neural networks. */
export function reliabilityBins(judged: readonly Judged[], bins = 15): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const { scores, label } of judged) {
    const said = strongest(scores);
    const confidence = scores[EMOTIONS[said]!];
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]!;
    bin.count++;
    bin.confidence += confidence;
    if (said === label) bin.right++;
  }
  return sums.map(({ count, confidence, right }, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    count,
    confidence: count === 0 ? 0 : confidence / count,
    accuracy: count === 0 ? 0 : right / count,
  }));
}

/** What a confusion matrix says (rows: what it is; columns: what was said); of an empty one, 0 and null. */
export function scoresOfConfusion(
  confusion: readonly (readonly number[])[],
): Pick<Figures, 'accuracy' | 'macroF1' | 'recall'> {
  const truths = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  const claims = EMOTIONS.map((_, c) => confusion.reduce((sum, row) => sum + row[c]!, 0));
  const occurring = [...EMOTIONS.keys()].filter((c) => truths[c]! > 0);
  const right = occurring.reduce((sum, c) => sum + confusion[c]![c]!, 0);
  const f1 = occurring.map((c) => (2 * confusion[c]![c]!) / (truths[c]! + claims[c]!));
  const n = truths.reduce((a, b) => a + b, 0);
  return {
    accuracy: n === 0 ? 0 : right / n,
    macroF1: f1.length === 0 ? 0 : f1.reduce((a, b) => a + b, 0) / f1.length,
    recall: Object.fromEntries(
      EMOTIONS.map((emotion, c) => [emotion, truths[c] === 0 ? null : confusion[c]![c]! / truths[c]!]),
    ) as Record<Emotion, number | null>,
  };
}

/** The figures of a classifier on labelled pictures, by one pass. Of no pictures all are 0. */
export function figuresOf(judged: readonly Judged[]): Figures {
  const confusion = EMOTIONS.map(() => EMOTIONS.map(() => 0));
  for (const { scores, label } of judged) confusion[label]![strongest(scores)]!++;
  const n = judged.length;
  return {
    images: n,
    ...scoresOfConfusion(confusion),
    ece: reliabilityBins(judged).reduce(
      (sum, { count, confidence, accuracy }) => sum + (n === 0 ? 0 : (count / n) * Math.abs(confidence - accuracy)),
      0,
    ),
    confusion,
  };
}
