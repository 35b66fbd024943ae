import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SHIFT, restingShift, shiftScores, type RestingFace, watchRest } from '../../src/mood/resting-face.ts';
import { mapScores } from '../../src/mood/scores.ts';
import { EMOTIONS, type EmotionScores } from '../../src/vision/emotion.ts';
import { distribution, scoresOf } from './observations.ts';

/** Neutral with so much of sad in it. */
function saddish(sad: number): EmotionScores {
  return mapScores((emotion) => (emotion === 'sad' ? sad : emotion === 'neutral' ? 0.95 - sad : 0.01));
}

function watched(scores: EmotionScores, seconds: number): RestingFace | undefined {
  let rest: RestingFace | undefined;
  for (let i = 0; i < seconds * 5; i++) rest = watchRest(rest, scores, 200);
  return rest;
}

describe('a resting face', () => {
  it('that looks sad is allowed for, the more the longer it was watched', () => {
    const shifts = [1, 10, 60, 120].map((seconds) => restingShift(watched(saddish(0.5), seconds)).sad);
    expect(shifts).toEqual([...shifts].sort((a, b) => b - a));
    expect(shiftScores(saddish(0.5), restingShift(watched(saddish(0.5), 60))).neutral).toBeGreaterThan(0.6);
  });

  it('that looks neutral changes nothing', () => {
    expect(restingShift(watched(scoresOf('neutral', 0.8), 120))).toEqual(mapScores(() => 0));
    expect(restingShift(undefined)).toEqual(mapScores(() => 0));
  });

  it('leaves a clear expression clear', () => {
    const shift = restingShift(watched(saddish(0.6), 600));
    expect(shiftScores(scoresOf('sad', 0.95), shift).sad).toBeGreaterThan(0.75);
  });

  it('is not learnt from laughter or tears', () => {
    expect(watched(scoresOf('happy', 0.95), 600)).toBeUndefined();
  });

  it('is learnt in the first minutes only: who grows sad later is sad', () => {
    const early = watched(scoresOf('neutral', 0.8), 130);
    let later = early;
    for (let i = 0; i < 3000; i++) later = watchRest(later, saddish(0.6), 200);
    expect(later).toEqual(early);
  });

  it('is not learnt from one frame after a long pause', () => {
    const before = watched(scoresOf('neutral', 0.8), 10)!;
    expect(watchRest(before, saddish(0.6), 3_600_000)!.watchedMs).toBe(before.watchedMs + 1000);
  });

  it('shifts within bounds, never neutral and never upwards, whatever was seen', () => {
    const frames = fc.array(fc.tuple(distribution, fc.double({ min: -1000, max: 1e7, noNaN: true })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(frames, distribution, (seen, scores) => {
        const rest = seen.reduce<RestingFace | undefined>((before, [s, ms]) => watchRest(before, s, ms), undefined);
        const shift = restingShift(rest);
        expect(shift.neutral).toBe(0);
        for (const emotion of EMOTIONS) {
          expect(shift[emotion]).toBeLessThanOrEqual(0);
          expect(shift[emotion]).toBeGreaterThanOrEqual(-MAX_SHIFT);
        }
        const shifted = shiftScores(scores, shift);
        expect(Object.values(shifted).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(shifted.neutral).toBeGreaterThanOrEqual(scores.neutral - 1e-12);
        // No score falls by more than the bound allows.
        for (const emotion of EMOTIONS)
          expect(shifted[emotion]).toBeGreaterThanOrEqual(scores[emotion] * Math.exp(-MAX_SHIFT) - 1e-12);
      }),
    );
  });
});
