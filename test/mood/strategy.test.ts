import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SCORES } from '../../src/mood/scores.ts';
import { combineScores, type Strategy } from '../../src/mood/strategy.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { distribution, scoresOf } from './observations.ts';

const CALM = { scores: scoresOf('neutral', 0.9), weight: 1 };
const GLAD = { scores: scoresOf('happy', 0.8), weight: 1 };
const UNHAPPY = { scores: scoresOf('sad', 0.6), weight: 1 };
const CARE: Strategy = { anyOf: ['sad', 'fear'] };

describe('combineScores', () => {
  it.each([
    ['the mean of all', 'mean' as const, [CALM, GLAD], undefined],
    ['whoever shows most emotion', 'strongest' as const, [CALM, GLAD, UNHAPPY], GLAD],
    ['not whoever can hardly be seen', 'strongest' as const, [CALM, { ...GLAD, weight: 0.1 }, UNHAPPY], UNHAPPY],
    ['the one who is sad, for care', CARE, [CALM, GLAD, UNHAPPY], UNHAPPY],
    ['the mean when nobody shows what is cared for', CARE, [CALM, GLAD], undefined],
    ['no one of no weight', CARE, [CALM, { ...UNHAPPY, weight: 0 }], CALM],
    ['one alone as it is', 'mean' as const, [UNHAPPY], UNHAPPY],
  ])('takes %s', (_, strategy, items, one) => {
    const expected = one?.scores ?? combineScores(items, 'mean');
    for (const emotion of EMOTIONS) expect(combineScores(items, strategy)[emotion]).toBeCloseTo(expected[emotion], 9);
  });

  it('mixes by weight', () => {
    const mixed = combineScores([CALM, { ...GLAD, weight: 3 }], 'mean');
    expect(mixed.happy).toBeCloseTo((CALM.scores.happy + 3 * GLAD.scores.happy) / 4, 9);
  });

  it('has no scores of nobody', () => {
    for (const strategy of ['mean', 'strongest', CARE] as const) expect(combineScores([], strategy)).toEqual(NO_SCORES);
  });

  it('gives a distribution by any strategy', () => {
    const items = fc.array(fc.record({ scores: distribution, weight: fc.double({ min: 0.01, max: 5, noNaN: true }) }), {
      minLength: 1,
    });
    const strategies = fc.oneof(
      fc.constantFrom('mean' as const, 'strongest' as const),
      fc.subarray([...EMOTIONS], { minLength: 1 }).map((anyOf) => ({ anyOf })),
    );
    fc.assert(
      fc.property(items, strategies, (several, strategy) => {
        const values = Object.values(combineScores(several, strategy));
        expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
