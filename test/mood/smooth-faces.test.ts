import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { smoothFaces } from '../../src/mood/smooth-faces.ts';
import { distribution, observation, scoresOf } from './observations.ts';

const OPTIONS = { halfLifeMs: 1000, forgetMs: 5000 };

function smoothed(observations: ReturnType<typeof observation>[]) {
  return lastValueFrom(from(observations).pipe(smoothFaces(OPTIONS), toArray()));
}

describe('smoothFaces', () => {
  it('takes a new face as it is', async () => {
    const [first] = await smoothed([observation(0, { 1: scoresOf('happy') })]);
    expect(first!.faces[0]!.scores).toEqual(scoresOf('happy'));
  });

  it('has moved half way after the half-life, however many frames it took', async () => {
    const sparse = await smoothed([
      observation(0, { 1: scoresOf('sad') }),
      observation(1000, { 1: scoresOf('happy') }),
    ]);
    const dense = await smoothed([
      observation(0, { 1: scoresOf('sad') }),
      ...[100, 350, 400, 900, 1000].map((atMs) => observation(atMs, { 1: scoresOf('happy') })),
    ]);
    expect(sparse.at(-1)!.faces[0]!.scores.happy).toBeCloseTo(0.5, 10);
    expect(dense.at(-1)!.faces[0]!.scores.happy).toBeCloseTo(0.5, 10);
  });

  it('keeps faces apart and forgets a face that was long away', async () => {
    const out = await smoothed([
      observation(0, { 1: scoresOf('sad'), 2: scoresOf('happy') }),
      observation(1000, { 1: scoresOf('sad'), 2: scoresOf('happy') }),
      observation(7000, { 2: scoresOf('fear') }),
    ]);
    expect(out[1]!.faces.map((face) => face.scores)).toEqual([scoresOf('sad'), scoresOf('happy')]);
    expect(out[2]!.faces[0]!.scores).toEqual(scoresOf('fear'));
  });

  it('keeps every score a distribution, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), distribution), { minLength: 1 }),
        async (steps) => {
          let atMs = 0;
          const out = await smoothed(steps.map(([elapsedMs, s]) => observation((atMs += elapsedMs), { 1: s })));
          for (const { faces } of out) {
            const values = Object.values(faces[0]!.scores);
            expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
            expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it('passes silence, completion, errors and an early unsubscription on', () => {
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    }).run(({ cold, expectObservable, expectSubscriptions }) => {
      const o = observation(0, {});
      for (const [marbles, unsubscription] of [
        ['-', ''],
        ['--|', ''],
        ['a-a-#', ''],
        ['a-a-a', '---!'],
      ] as const) {
        const source = cold(marbles, { a: o });
        expectObservable(source.pipe(smoothFaces(OPTIONS)), unsubscription || undefined).toBe(
          unsubscription ? 'a-a' : marbles,
          { a: o },
        );
        if (unsubscription) expectSubscriptions(source.subscriptions).toBe('^--!');
      }
    });
  });
});
