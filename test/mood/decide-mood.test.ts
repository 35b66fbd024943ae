import { TestScheduler } from 'rxjs/testing';
import { from, lastValueFrom, map, timestamp, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decideMood, type DecisionOptions } from '../../src/mood/decide-mood.ts';
import type { Evidence } from '../../src/mood/evidence.ts';
import { NO_SCORES } from '../../src/mood/scores.ts';
import { scoresOf } from './observations.ts';

const OPTIONS: DecisionOptions = { enter: 0.5, leave: 0.35, dwellMs: 3, absentAfterMs: 5, validForMs: 20 };

const EVIDENCE: Record<string, Omit<Evidence, 'atMs'>> = {
  h: { faces: 1, scores: scoresOf('happy', 0.9) },
  w: { faces: 1, scores: scoresOf('happy', 0.4) }, // weakly happy: between leave and enter
  s: { faces: 1, scores: scoresOf('sad', 0.9) },
  u: { faces: 1, scores: scoresOf('neutral', 0.2) },
  '0': { faces: 0, scores: NO_SCORES },
};

/** Letters for what comes out: h, s, ? (uncertain) and 0 (nobody). */
const LETTERS = { happy: 'h', sad: 's', uncertain: '?', none: '0' } as Record<string, string>;

/** Each case: evidence a millisecond, and the mood that comes out at the same time. */
const CASES: [name: string, evidence: string, moods: string][] = [
  ['is silent without evidence', '-----|', '-----|'],
  ['knows at once that somebody came, and the mood after the dwell', 'hhhhh|', '???hh|'],
  ['does not switch on one frame', 'hhhhhshhh|', '???hhhhhh|'],
  ['does not switch on flicker', 'hhhhhshshshsh|', '???hhhhhhhhhh|'],
  ['switches after the dwell', 'hhhhsssss|', '???hhhhss|'],
  ['holds a mood on weak evidence of it (hysteresis)', 'hhhhwwwww|', '???hhhhhh|'],
  ['does not enter on weak evidence', 'wwwwwww|', '???????|'],
  ['is uncertain when evidence is gone for the dwell', 'hhhhuuuuu|', '???hhhh??|'],
  ['says nobody only after the absence', 'hhhh0000000|', '???hhhhhh00|'],
  ['survives a blink of the detector', 'hhhh000hhh|', '???hhhhhhh|'],
  ['says nobody at once at the start, and sees who comes', '00hhhh|', '00???h|'],
  ['decides afresh after a long gap', 'hhhh-------------------------ssss|', '???h-------------------------???s|'],
  ['passes errors on', 'hh#', '??#'],
];

/** The same with frames rarer than the dwell. */
const RARE_CASES: typeof CASES = [
  ['takes two frames to decide, however short the dwell', 'h---h---h|', '?---h---h|'],
  ['does not switch on one frame', 'h---h---s---h|', '?---h---h---h|'],
  ['switches with the second frame', 'h---h---s---s|', '?---h---h---s|'],
];

function run(marbles: string, unsubscription?: string, options = OPTIONS): string {
  let seen = '';
  new TestScheduler((actual) => {
    const messages = actual as { frame: number; notification: { kind: string; value?: string } }[];
    for (const { frame, notification } of messages) {
      seen = seen.padEnd(frame, '-') + (notification.value ?? (notification.kind === 'C' ? '|' : '#'));
    }
  }).run(({ cold, expectObservable }) => {
    const moods$ = cold(marbles, EVIDENCE).pipe(
      timestamp(),
      map(({ value, timestamp: atMs }) => ({ ...value, atMs })),
      decideMood(options),
      map(({ mood }) => LETTERS[mood ?? 'none']),
    );
    expectObservable(moods$, unsubscription).toBe('');
  });
  return seen;
}

describe('decideMood', () => {
  it.each(CASES)('%s', (_, evidence, moods) => {
    expect(run(evidence)).toBe(moods);
  });

  it.each(RARE_CASES)('%s', (_, evidence, moods) => {
    expect(run(evidence)).toBe(moods);
    expect(run(evidence, undefined, { ...OPTIONS, dwellMs: 0 })).toBe(moods);
  });

  it.each([
    ['counts nobody present before the delay', '00hhhhhhh|', '00000???h|'],
    ['does not count who only walks by', '00hh0hh00|', '000000000|'],
  ])('with a delay of presence, %s', (_, evidence, moods) => {
    expect(run(evidence, undefined, { ...OPTIONS, presentAfterMs: 3 })).toBe(moods);
  });

  it('takes frames of two cameras in any order', async () => {
    const moods = await lastValueFrom(
      from([100, 99, 102, 101, 104, 103]).pipe(
        map((atMs) => ({ faces: 1, scores: scoresOf('happy', 0.9), atMs })),
        decideMood(OPTIONS),
        map(({ mood, atMs }) => `${mood ?? 'nobody'} at ${atMs}`),
        toArray(),
      ),
    );
    expect(moods.slice(1, 4)).toEqual(['uncertain at 100', 'uncertain at 102', 'uncertain at 102']);
    expect(moods.at(-1)).toBe('happy at 104');
  });

  it('counts people who turn away for a moment', async () => {
    const faces = [2, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1];
    const moods = await lastValueFrom(
      from(faces.map((count, atMs) => ({ faces: count, scores: scoresOf('happy', 0.9), atMs }))).pipe(
        decideMood(OPTIONS),
        map((mood) => mood.faces),
        toArray(),
      ),
    );
    expect(moods).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
  });

  it('decides afresh when the clock was set back', async () => {
    const happy = { faces: 1, scores: scoresOf('happy', 0.9) };
    const sad = { faces: 1, scores: scoresOf('sad', 0.9) };
    const evidence = [
      ...[100_000, 100_002, 100_004].map((atMs) => ({ ...happy, atMs })),
      ...[5, 7, 9].map((atMs) => ({ ...sad, atMs })),
    ];
    const moods = await lastValueFrom(
      from(evidence).pipe(
        decideMood(OPTIONS),
        map(({ mood, sinceMs }) => `${mood ?? 'nobody'} since ${sinceMs}`),
        toArray(),
      ),
    );
    expect(moods.slice(2)).toEqual(['happy since 100004', 'uncertain since 5', 'uncertain since 5', 'sad since 9']);
  });

  it('stops with its subscriber', () => {
    expect(run('hhhhhhhh', '----!')).toBe('???h');
  });

  it('reports numbers of the mood, and none when nobody is there', () => {
    const out: unknown[] = [];
    new TestScheduler(() => undefined).run(({ cold }) => {
      cold('hhhh000000', EVIDENCE)
        .pipe(
          timestamp(),
          map(({ value, timestamp: atMs }) => ({ ...value, atMs })),
          decideMood(OPTIONS),
        )
        .subscribe((mood) => out.push(mood));
    });
    expect(out[3]).toMatchObject({ mood: 'happy', faces: 1, sinceMs: 3, atMs: 3, validUntilMs: 23 });
    expect((out[3] as { confidence: number }).confidence).toBeCloseTo(0.9);
    expect((out[3] as { valence: number }).valence).toBeGreaterThan(0.5);
    expect(out[9]).toEqual({
      mood: null,
      confidence: 0,
      valence: 0,
      arousal: 0,
      faces: 0,
      scores: NO_SCORES,
      sinceMs: 9,
      atMs: 9,
      validUntilMs: 29,
    });
  });
});
