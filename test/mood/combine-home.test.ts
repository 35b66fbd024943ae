import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { combineHome } from '../../src/mood/combine-home.ts';
import type { Mood, MoodUpdate } from '../../src/mood/mood.ts';
import { scoresOf } from './observations.ts';

function update(camera: string, atMs: number, faces: number, emotion: 'happy' | 'sad', validForMs = 1000): MoodUpdate {
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
  return { camera, room: null, mood };
}

function combined(updates: MoodUpdate[]) {
  return lastValueFrom(from(updates).pipe(combineHome(), toArray()));
}

describe('combineHome', () => {
  it('weighs each camera by its faces', async () => {
    const out = await combined([update('kitchen', 0, 3, 'happy'), update('living', 10, 1, 'sad')]);
    expect(out[1]).toMatchObject({ atMs: 10, faces: 4 });
    expect(out[1]!.scores.happy).toBeCloseTo(0.75);
    expect(out[1]!.scores.sad).toBeCloseTo(0.25);
  });

  it('counts a camera once, by its newest mood', async () => {
    const out = await combined([update('living', 0, 1, 'happy'), update('living', 10, 1, 'sad')]);
    expect(out[1]).toEqual({ atMs: 10, faces: 1, scores: scoresOf('sad') });
  });

  it('leaves a stale camera out', async () => {
    const out = await combined([update('kitchen', 0, 1, 'happy'), update('living', 1000, 1, 'sad')]);
    expect(out[1]).toEqual({ atMs: 1000, faces: 1, scores: scoresOf('sad') });
  });

  it('has nobody when no camera sees anybody', async () => {
    const out = await combined([update('kitchen', 0, 0, 'happy')]);
    expect(out[0]!.faces).toBe(0);
    expect(Object.values(out[0]!.scores).every((score) => score === 0)).toBe(true);
  });
});
