import { from, lastValueFrom, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { combinePlaces, type PlaceMood } from '../../src/mood/combine-places.ts';
import type { Mood } from '../../src/mood/mood.ts';
import { scoresOf } from './observations.ts';

function moodOf(place: string, atMs: number, faces: number, emotion: 'happy' | 'sad', validForMs = 1000): PlaceMood {
  const mood: Mood = {
    mood: faces > 0 ? emotion : null,
    confidence: 1,
    valence: 0,
    arousal: 0,
    faces,
    scores: scoresOf(emotion),
    sinceMs: 0,
    atMs,
    validUntilMs: atMs + validForMs,
  };
  return { place, mood };
}

function combined(moods: PlaceMood[], people: 'most' | 'sum' = 'sum') {
  return lastValueFrom(from(moods).pipe(combinePlaces({ strategy: 'mean', people }), toArray()));
}

describe('combinePlaces', () => {
  it('weighs each place by its people', async () => {
    const out = await combined([moodOf('kitchen', 0, 3, 'happy'), moodOf('living', 10, 1, 'sad')]);
    expect(out[1]).toMatchObject({ atMs: 10, faces: 4 });
    expect(out[1]!.scores.happy).toBeCloseTo(0.75);
    expect(out[1]!.scores.sad).toBeCloseTo(0.25);
  });

  it('counts who is seen by two cameras of a room once', async () => {
    const out = await combined([moodOf('door', 0, 2, 'happy'), moodOf('window', 10, 1, 'happy')], 'most');
    expect(out.map(({ faces }) => faces)).toEqual([2, 2]);
  });

  it('counts a place once, by its newest mood', async () => {
    const out = await combined([moodOf('living', 0, 1, 'happy'), moodOf('living', 10, 1, 'sad')]);
    expect(out[1]).toEqual({ atMs: 10, faces: 1, scores: scoresOf('sad') });
  });

  it('leaves a stale place out', async () => {
    const out = await combined([moodOf('kitchen', 0, 1, 'happy'), moodOf('living', 1000, 1, 'sad')]);
    expect(out[1]).toEqual({ atMs: 1000, faces: 1, scores: scoresOf('sad') });
  });

  it('leaves a place out at once when it is switched off, and says nothing when none is left', async () => {
    const out = await combined([
      moodOf('kitchen', 0, 1, 'happy'),
      moodOf('living', 10, 1, 'sad'),
      { place: 'living', mood: undefined },
      { place: 'kitchen', mood: undefined },
      moodOf('living', 300, 1, 'sad'),
    ]);
    expect(out.map(({ atMs, faces }) => [atMs, faces])).toEqual([
      [0, 1],
      [10, 2],
      [0, 1],
      [300, 1],
    ]);
    expect(out[2]!.scores).toEqual(scoresOf('happy'));
    expect(out[3]!.scores).toEqual(scoresOf('sad'));
  });

  it('does not wait for a clock that was set back', async () => {
    const out = await combined([
      moodOf('kitchen', 3_600_000, 1, 'happy', 15_000),
      moodOf('living', 10, 1, 'sad', 15_000),
    ]);
    expect(out[1]).toEqual({ atMs: 10, faces: 1, scores: scoresOf('sad') });
  });

  it('has nobody when no place has anybody', async () => {
    const out = await combined([moodOf('kitchen', 0, 0, 'happy')]);
    expect(out[0]!.faces).toBe(0);
    expect(Object.values(out[0]!.scores).every((score) => score === 0)).toBe(true);
  });

  it('passes silence, completion, errors and an early unsubscription on', () => {
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    }).run(({ cold, expectObservable, expectSubscriptions }) => {
      const mood = moodOf('kitchen', 0, 1, 'happy');
      const out = { e: { atMs: 0, faces: 1, scores: scoresOf('happy') } };
      for (const [marbles, unsubscription, expected] of [
        ['-', undefined, '-'],
        ['--|', undefined, '--|'],
        ['m-m-#', undefined, 'e-e-#'],
        ['m-m-m', '---!', 'e-e'],
      ] as const) {
        const source = cold<PlaceMood>(marbles, { m: mood });
        expectObservable(source.pipe(combinePlaces({ strategy: 'mean', people: 'sum' })), unsubscription).toBe(
          expected,
          out,
        );
        if (unsubscription) expectSubscriptions(source.subscriptions).toBe('^--!');
      }
    });
  });
});
