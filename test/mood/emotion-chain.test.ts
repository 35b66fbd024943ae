import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drift, independence, UNIFORM, weighIn } from '../../src/mood/emotion-chain.ts';
import { mapScores } from '../../src/mood/scores.ts';
import { EMOTIONS, type Emotion, type EmotionScores } from '../../src/vision/emotion.ts';
import { distribution, scoresOf } from './observations.ts';

const times = fc.double({ min: 0, max: 600_000, noNaN: true });
const rate = fc.double({ min: 0, max: 5, noNaN: true });
const weight = fc.double({ min: 0, max: 1, noNaN: true });
const emotion = fc.constantFrom(...EMOTIONS);

function expectDistribution(scores: EmotionScores): void {
  const values = Object.values(scores);
  expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
}

/** Moves a share of all other scores to one emotion: more evidence for it, and less for each of the others. */
function favouring(scores: EmotionScores, favoured: Emotion, share: number): EmotionScores {
  return mapScores((one) => (one === favoured ? scores[one] + share * (1 - scores[one]) : scores[one] * (1 - share)));
}

describe('drift', () => {
  it('keeps what is known for now, and forgets it in the end', () => {
    expect(drift(scoresOf('sad'), 0, 0.05)).toEqual(scoresOf('sad'));
    for (const one of EMOTIONS) expect(drift(scoresOf('sad'), 600_000, 0.05)[one]).toBeCloseTo(1 / 7, 6);
  });

  it('is exp(Q t) of the chain whose emotions end at the rate and are followed by any of the seven', () => {
    // Euler's method with a thousand small steps of dp/dt = r (u − p).
    let p = scoresOf('happy', 0.9);
    for (let i = 0; i < 1000; i++) p = mapScores((one) => p[one] + 0.001 * 0.5 * (1 / 7 - p[one]));
    const exact = drift(scoresOf('happy', 0.9), 1000, 0.5);
    for (const one of EMOTIONS) expect(exact[one]).toBeCloseTo(p[one], 3);
  });

  it('does not depend on how the time is split, and stays a distribution', () => {
    fc.assert(
      fc.property(distribution, fc.array(times, { minLength: 1, maxLength: 6 }), rate, (scores, steps, r) => {
        const total = steps.reduce((a, b) => a + b, 0);
        const inSteps = steps.reduce((p, ms) => drift(p, ms, r), scores);
        expectDistribution(inSteps);
        const atOnce = drift(scores, total, r);
        for (const one of EMOTIONS) expect(inSteps[one]).toBeCloseTo(atOnce[one], 9);
      }),
    );
  });
});

describe('weighIn', () => {
  it('is Bayes’ rule with scores over the root of the labels’ prior', () => {
    // Two emotions alike in score, one four times as frequent among the labels: the rarer is twice as likely.
    const scores = mapScores((one) => (one === 'happy' || one === 'sad' ? 0.5 : 0));
    const prior = mapScores((one) => (one === 'happy' ? 0.4 : 0.1));
    const posterior = weighIn(UNIFORM, scores, prior, 1);
    expect(posterior.sad / posterior.happy).toBeCloseTo(2, 1);
  });

  it('stays a distribution and takes nothing from no weight', () => {
    fc.assert(
      fc.property(distribution, distribution, distribution, weight, (before, scores, prior, w) => {
        expectDistribution(weighIn(before, scores, prior, w));
        const unmoved = weighIn(before, scores, prior, 0);
        for (const one of EMOTIONS) expect(unmoved[one]).toBeCloseTo(before[one], 9);
      }),
    );
  });

  it('never lowers an emotion for more evidence of it', () => {
    fc.assert(
      fc.property(
        distribution,
        distribution,
        distribution,
        weight,
        emotion,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (before, scores, prior, w, favoured, share) => {
          const more = weighIn(before, favouring(scores, favoured, share), prior, w);
          expect(more[favoured]).toBeGreaterThanOrEqual(weighIn(before, scores, prior, w)[favoured] - 1e-12);
        },
      ),
    );
  });

  it('never lets one frame decide alone against what many said', () => {
    const certain = weighIn(UNIFORM, scoresOf('happy'), UNIFORM, 1);
    expect(weighIn(weighIn(certain, scoresOf('happy'), UNIFORM, 1), scoresOf('sad'), UNIFORM, 1).happy).toBeGreaterThan(
      0.9,
    );
  });
});

describe('independence', () => {
  it('makes a second worth the same at any frame rate that is not slow', () => {
    const worth = (fps: number): number => fps * independence(1000 / fps, 1000);
    expect(worth(30)).toBeCloseTo(0.5, 2);
    expect(worth(5)).toBeCloseTo(0.5, 2);
    expect(worth(0.1)).toBeCloseTo(0.1, 3);
  });

  it('counts a face’s first frame in full, and every frame when errors are not correlated', () => {
    expect(independence(Infinity, 1000)).toBe(1);
    expect(independence(1, 0)).toBe(1);
    expect(independence(-50, 1000)).toBe(0);
  });
});
