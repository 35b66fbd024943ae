import { from, lastValueFrom, map, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Mood } from '../../src/mood/mood.ts';
import { reportMoods } from '../../src/mood/report-moods.ts';
import { NO_SCORES } from '../../src/mood/scores.ts';

const OPTIONS = { everyMs: 1000, step: 0.05, refreshMs: 10_000 };

function mood(atMs: number, changes: Partial<Mood> = {}): Mood {
  return {
    mood: 'happy',
    confidence: 0.8,
    valence: 0.6,
    arousal: 0.4,
    faces: 1,
    scores: NO_SCORES,
    sinceMs: 0,
    atMs,
    validUntilMs: atMs + 30_000,
    ...changes,
  };
}

async function reported(moods: Mood[]): Promise<number[]> {
  return lastValueFrom(
    from(moods).pipe(
      reportMoods(OPTIONS),
      map(({ atMs }) => atMs),
      toArray(),
    ),
  );
}

describe('reportMoods', () => {
  it('reports the first mood, and nothing while nothing moves', async () => {
    expect(await reported([mood(0), mood(200), mood(2000, { confidence: 0.82 })])).toEqual([0]);
  });

  it('reports a changed mood and another number of faces at once', async () => {
    expect(
      await reported([
        mood(0),
        mood(10, { mood: 'sad', sinceMs: 10 }),
        mood(20, { mood: 'sad', sinceMs: 10, faces: 2 }),
      ]),
    ).toEqual([0, 10, 20]);
  });

  it('reports moved numbers, but not more often than allowed', async () => {
    const moving = Array.from({ length: 30 }, (_, i) => mood(i * 100, { valence: i / 30 }));
    expect(await reported(moving)).toEqual([0, 1000, 2000]);
  });

  it('refreshes a mood that holds', async () => {
    expect(await reported([0, 5000, 9999, 10_000, 15_000, 20_000].map((atMs) => mood(atMs)))).toEqual([
      0, 10_000, 20_000,
    ]);
  });

  it('adds no time of its own: silence, errors and the end pass through', () => {
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    }).run(({ cold, expectObservable }) => {
      for (const marbles of ['----', '--|', '--#'])
        expectObservable(cold<Mood>(marbles).pipe(reportMoods(OPTIONS))).toBe(marbles);
    });
  });
});
