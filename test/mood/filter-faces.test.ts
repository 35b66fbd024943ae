import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { UNIFORM } from '../../src/mood/emotion-chain.ts';
import { filterFaces } from '../../src/mood/filter-faces.ts';
import { mapScores } from '../../src/mood/scores.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { distribution, observation, scoresOf } from './observations.ts';

const OPTIONS = { switchesPerS: 0.05, correlationMs: 200, forgetMs: 3000, restingFace: false, labelPrior: UNIFORM };

function filtered(observations: ReturnType<typeof observation>[], options = OPTIONS) {
  return lastValueFrom(from(observations).pipe(filterFaces(options), toArray()));
}

const everyFifth = (count: number, of: (i: number) => ReturnType<typeof scoresOf>, fromMs = 0) =>
  Array.from({ length: count }, (_, i) => observation(fromMs + i * 200, { 1: of(i) }));

describe('filterFaces', () => {
  it('grows sure of weak evidence that stays, as an average never does', async () => {
    const out = await filtered(everyFifth(25, () => scoresOf('sad', 0.35)));
    expect(out[0]!.faces[0]!.scores.sad).toBeLessThan(0.4);
    expect(out.at(-1)!.faces[0]!.scores.sad).toBeGreaterThan(0.9);
  });

  it('is not shaken by one strange frame, and follows a change within a second or so', async () => {
    const out = await filtered([
      ...everyFifth(10, () => scoresOf('happy', 0.8)),
      ...everyFifth(1, () => scoresOf('angry', 0.95), 2000),
      ...everyFifth(8, () => scoresOf('surprise', 0.8), 2200),
    ]);
    const strongest = out.map(({ faces: [face] }) =>
      EMOTIONS.reduce((a, b) => (face!.scores[b] > face!.scores[a] ? b : a)),
    );
    expect(strongest[10]).toBe('happy');
    expect(strongest.at(-1)).toBe('surprise');
  });

  it('says the same for twice as many frames of half the news', async () => {
    const at5 = await filtered(
      everyFifth(26, () => scoresOf('fear', 0.3)),
      { ...OPTIONS, correlationMs: 1000 },
    );
    const at10 = await filtered(
      Array.from({ length: 51 }, (_, i) => observation(i * 100, { 1: scoresOf('fear', 0.3) })),
      { ...OPTIONS, correlationMs: 1000 },
    );
    expect(at10.at(-1)!.atMs).toBe(at5.at(-1)!.atMs);
    expect(at10.at(-1)!.faces[0]!.scores.fear).toBeCloseTo(at5.at(-1)!.faces[0]!.scores.fear, 2);
  });

  it('keeps faces apart, and forgets one that was long away or comes from a later clock', async () => {
    const out = await filtered([
      ...everyFifth(10, () => scoresOf('happy', 0.8)),
      observation(2000, { 1: scoresOf('happy', 0.8), 2: scoresOf('sad', 0.8) }),
      observation(9000, { 1: scoresOf('sad', 0.8) }),
      observation(50, { 1: scoresOf('sad', 0.8) }),
    ]);
    const afresh = (await filtered([observation(0, { 1: scoresOf('sad', 0.8) })]))[0]!.faces[0]!.scores;
    expect(out[10]!.faces[1]!.scores).toEqual(afresh);
    expect(out[11]!.faces[0]!.scores).toEqual(afresh);
    expect(out[12]!.faces[0]!.scores).toEqual(afresh);
  });

  it('takes a badly visible face less seriously, and says so', async () => {
    const small = { x: 100, y: 100, width: 9, height: 12 };
    const seen = observation(0, { 1: scoresOf('sad', 0.8), 2: scoresOf('sad', 0.8) });
    const [out] = await filtered([{ ...seen, faces: [seen.faces[0]!, { ...seen.faces[1]!, box: small }] }]);
    expect(out!.faces[1]!.weight).toBeLessThan(0.6);
    expect(out!.faces[1]!.scores.sad).toBeLessThan(out!.faces[0]!.scores.sad);
  });

  describe('with resting faces', () => {
    const resting = { ...OPTIONS, restingFace: true };
    const rest = mapScores((one) => (one === 'sad' ? 0.48 : one === 'neutral' ? 0.42 : 0.02));

    it('reads a face that looks sad at rest as neutral in the end', async () => {
      const frames = everyFifth(300, () => rest);
      expect((await filtered(frames)).at(-1)!.faces[0]!.scores.sad).toBeGreaterThan(0.5);
      expect((await filtered(frames, resting)).at(-1)!.faces[0]!.scores.neutral).toBeGreaterThan(0.9);
    });

    it('goes on with it when the track breaks, and gives it to one heir at the same place only', async () => {
      const strange = observation(69_000, { 2: rest, 3: rest });
      const elsewhere = { ...strange.faces[1]!, box: { x: 400, y: 300, width: 80, height: 80 } };
      const out = await filtered(
        [...everyFifth(300, () => rest), { ...strange, faces: [strange.faces[0]!, elsewhere] }],
        resting,
      );
      const [heir, other] = out.at(-1)!.faces;
      expect(heir!.scores.neutral).toBeGreaterThan(other!.scores.neutral + 0.1);
    });

    it('forgets it when nobody was there for long', async () => {
      const out = await filtered([...everyFifth(300, () => rest), observation(200_000, { 2: rest })], resting);
      const afresh = await filtered([observation(0, { 1: rest })], resting);
      expect(out.at(-1)!.faces[0]!.scores).toEqual(afresh[0]!.faces[0]!.scores);
    });
  });

  it('leaves the frame’s own emotion and all else as they are', async () => {
    const before = observation(0, { 1: scoresOf('happy', 0.8) });
    const [after] = await filtered([before]);
    expect({ ...after, faces: [{ ...after!.faces[0], scores: before.faces[0]!.scores }] }).toEqual({
      ...before,
      faces: [{ ...before.faces[0], weight: expect.any(Number) as number }],
    });
  });

  it('keeps every score a distribution, whatever comes and whenever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -500, max: 5000 }), distribution), { minLength: 1 }),
        async (steps) => {
          let atMs = 10_000;
          const out = await filtered(steps.map(([elapsedMs, s]) => observation((atMs += elapsedMs), { 1: s })));
          expect(out).toHaveLength(steps.length);
          for (const { faces } of out) {
            const values = Object.values(faces[0]!.scores);
            expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
            expect(Math.min(...values)).toBeGreaterThan(0);
          }
        },
      ),
    );
  });

  it('passes silence, an emptied room, completion, errors and an early unsubscription on', () => {
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    }).run(({ cold, expectObservable, expectSubscriptions }) => {
      const values = { a: observation(0, {}) };
      for (const [marbles, unsubscription, out] of [
        ['-', undefined, '-'],
        ['--|', undefined, '--|'],
        ['a|', undefined, 'a|'],
        ['a-a-#', undefined, 'a-a-#'],
        ['a-a-a', '---!', 'a-a'],
      ] as const) {
        const source = cold(marbles, values);
        expectObservable(source.pipe(filterFaces(OPTIONS)), unsubscription).toBe(out, values);
        if (unsubscription) expectSubscriptions(source.subscriptions).toBe('^--!');
      }
    });
  });
});
