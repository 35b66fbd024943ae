import { BehaviorSubject, map, of, Subject, switchMap, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Mood } from '../../src/mood/mood.ts';
import { NO_SCORES } from '../../src/mood/scores.ts';
import { knownMood, untilStale } from '../../src/mood/until-stale.ts';

function mood(atMs: number, validForMs: number): Mood {
  const times = { sinceMs: atMs, atMs, validUntilMs: atMs + validForMs };
  return { mood: 'happy', confidence: 0.8, valence: 0.6, arousal: 0.4, faces: 1, scores: NO_SCORES, ...times };
}

/** `m` is a mood, `-` nothing known; every mood is taken at the frame it comes and valid for five. */
function expectStream(input: string, output: string, lateMs = 0): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  scheduler.run(({ hot, expectObservable }) => {
    const moods$ = hot(input).pipe(map(() => mood(scheduler.now() - lateMs, 5)));
    expectObservable(
      moods$.pipe(
        untilStale(scheduler),
        map((m) => (m === undefined ? 'x' : 'm')),
      ),
    ).toBe(output);
  });
}

describe('untilStale', () => {
  it('says nothing by itself while moods come', () => {
    expectStream('m---m----m--m', 'm---m----m--m----x');
  });

  it('says once that nothing is known, and goes on with the next mood', () => {
    expectStream('m---------m----', 'm----x----m----x');
  });

  it('counts from when the mood was true, not from when it came', () => {
    expectStream('--m-------', '--m-x-----', 3);
  });

  it('a mood that is stale when it comes is told, and taken back in the same moment', () => {
    expectStream('--m-------', '--(mx)----', 9);
  });

  it('does not believe a mood from the future for longer than it is valid', () => {
    expectStream('m---------', 'm----x----', -100);
  });

  it('is silent once nobody listens', () => {
    const scheduler = new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    });
    scheduler.run(({ expectObservable }) => {
      const moods$ = timer(0).pipe(switchMap(() => of(mood(0, 5))));
      expectObservable(
        moods$.pipe(
          untilStale(scheduler),
          map(() => 'm'),
        ),
        '^--!',
      ).toBe('m---');
    });
  });
});

describe('knownMood', () => {
  it('is nothing while nobody watches, and begins anew with the next mood', () => {
    const watched$ = new BehaviorSubject(true);
    const moods$ = new Subject<Mood>();
    const heard: (string | null | undefined)[] = [];
    const subscription = knownMood(watched$, moods$).subscribe((m) => heard.push(m?.mood));
    const fresh = mood(Date.now(), 60_000);
    moods$.next(fresh);
    watched$.next(false);
    moods$.next(fresh);
    watched$.next(true);
    moods$.next(fresh);
    subscription.unsubscribe();
    expect(heard).toEqual(['happy', undefined, 'happy']);
  });
});
