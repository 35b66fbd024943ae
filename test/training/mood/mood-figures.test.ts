import { describe, expect, it } from 'vitest';
import { type Judged, moodFigures } from '../../../src/training/mood/mood-figures.ts';

const NAMES = { h: 'happy', s: 'sad', '0': null, '?': 'uncertain', '-': undefined } as const;

/** Truths and moods, a letter a second each: h, s, 0 (nobody), ? (uncertain), - (no answer is wrong). */
function figures(truths: string, moods: string) {
  return moodFigures(
    Array.from(truths, (letter, i): Judged => {
      const truth = NAMES[letter as keyof typeof NAMES];
      const mood = NAMES[moods[i] as keyof typeof NAMES];
      return {
        atMs: i * 1000,
        truth: truth === 'uncertain' ? undefined : truth,
        mood: mood ?? null,
        confidence: mood === 'happy' ? 0.9 : 0.6,
      };
    }),
  );
}

describe('moodFigures', () => {
  it('shares the time out; the last mood has no time yet', () => {
    expect(figures('hhhhhhhhh', 'hhhh??sss')).toMatchObject({ right: 0.5, uncertain: 0.25, rightWhenCertain: 4 / 6 });
  });

  it.each([
    ['none while the mood is the truth', 'hhhhsss', 'hhhhsss', 0],
    ['a wrong emotion, and no other for coming back', 'hhhhh', 'hshhh', 1],
    ['each wrong turn', 'hhhhhh', 'hshshh', 2],
    ['the truth lost to uncertainty', 'hhhhh', 'h?hhh', 1],
    ['none for becoming uncertain when the truth changes', 'hhsss', 'hh?ss', 0],
    ['nobody while somebody is there', 'hhhhh', 'h00hh', 1],
    ['none where no answer is wrong', 'hh-ss', 'hhsss', 0],
  ])('counts as false changes: %s', (_, truths, moods, count) => {
    const { falseChanges, hours } = figures(truths, moods);
    expect(falseChanges * hours).toBeCloseTo(count, 9);
  });

  it('tells how often an emotion was expected to be wrong, and was', () => {
    const { wrong } = figures('hhhhhhhhh', 'hhhsh??00');
    expect(wrong.expected).toBeCloseTo((4 * 0.1 + 0.4) / 5, 9);
    expect(wrong.measured).toBeCloseTo(1 / 5, 9);
  });

  it('measures from each change of the truth to another emotion until the mood follows', () => {
    expect(figures('hhhhssssss00hhhhs', 'hhhhhhssssssss?hs').delayS).toEqual({
      median: 2,
      p95: 3,
      changes: 3,
      missed: 0,
    });
  });

  it('counts a change that was never followed', () => {
    expect(figures('hhhssshhh', 'hhhhhhhhh').delayS).toEqual({
      median: Infinity,
      p95: Infinity,
      changes: 2,
      missed: 1,
    });
  });
});
