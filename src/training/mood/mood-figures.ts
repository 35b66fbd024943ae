import type { MoodName } from '../../mood/mood.ts';
import type { Emotion } from '../../vision/emotion.ts';

/** What was said at a time, and what was so; `truth` is undefined where no answer is wrong. */
export interface Judged {
  readonly atMs: number;
  readonly truth: Emotion | null | undefined;
  readonly mood: MoodName;
  /** How sure it was of the mood, 0 to 1. */
  readonly confidence: number;
}

export interface MoodFigures {
  readonly hours: number;
  /** Share of the time in which the mood was the truth; `uncertain` is not right. */
  readonly right: number;
  readonly uncertain: number;
  /** Share right of the time in which it was not uncertain. */
  readonly rightWhenCertain: number;
  /** Share wrong of the time in which the mood was an emotion: as its confidence has it, and as it came. */
  readonly wrong: { readonly expected: number; readonly measured: number };
  /**
   * Changes an hour that nothing called for: into an emotion that is not the truth, to nobody while somebody is there,
   * and from the true emotion back into uncertainty.
   */
  readonly falseChanges: number;
  /** From a change of the truth to another emotion until the mood is that; Infinity where it never was. */
  readonly delayS: { readonly median: number; readonly p95: number; readonly changes: number; readonly missed: number };
}

/** Each mood counts until the next one, the last one for nothing. */
export function moodFigures(judged: readonly Judged[]): MoodFigures {
  let [total, right, uncertain, falseChanges] = [0, 0, 0, 0];
  let [decided, expected, wrong] = [0, 0, 0];
  judged.forEach(({ atMs, truth, mood, confidence }, i) => {
    const next = judged[i + 1];
    if (truth === undefined) return;
    const ms = next ? next.atMs - atMs : 0;
    total += ms;
    if (mood === truth) right += ms;
    if (mood === 'uncertain') uncertain += ms;
    else if (mood !== null) {
      decided += ms;
      expected += (1 - confidence) * ms;
      if (mood !== truth) wrong += ms;
    }
    const before = judged[i - 1];
    if (!before || before.mood === mood || mood === truth) return;
    const lostTruth = mood === 'uncertain' && before.mood === truth;
    if (mood !== 'uncertain' || lostTruth) falseChanges++;
  });
  const delays = delaysS(judged).sort((a, b) => a - b);
  const quantile = (q: number): number => delays[Math.min(delays.length - 1, Math.floor(q * delays.length))] ?? NaN;
  return {
    hours: total / 3_600_000,
    right: right / total,
    uncertain: uncertain / total,
    rightWhenCertain: right / (total - uncertain),
    wrong: { expected: expected / decided, measured: wrong / decided },
    falseChanges: falseChanges / (total / 3_600_000),
    delayS: {
      median: quantile(0.5),
      p95: quantile(0.95),
      changes: delays.length,
      missed: delays.filter((delay) => delay === Infinity).length,
    },
  };
}

function delaysS(judged: readonly Judged[]): number[] {
  const delays: number[] = [];
  let truth: Judged['truth'];
  let pendingMs: number | undefined;
  for (const { atMs, truth: now, mood } of judged) {
    if (now !== undefined && now !== truth) {
      if (pendingMs !== undefined) delays.push(Infinity);
      // What was so when the sequence began is no change.
      pendingMs = now === null || truth === undefined ? undefined : atMs;
      truth = now;
    }
    if (pendingMs === undefined || mood !== truth) continue;
    delays.push((atMs - pendingMs) / 1000);
    pendingMs = undefined;
  }
  return delays;
}
