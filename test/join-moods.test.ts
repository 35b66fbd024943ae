import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { joinMoods } from '../src/join-moods.ts';
import type { Mood, MoodUpdate } from '../src/mood/mood.ts';
import { scoresOf } from './mood/observations.ts';

const OPTIONS = {
  enter: 0.5,
  leave: 0.35,
  dwellMs: 0,
  absentAfterMs: 4000,
  validForMs: 15_000,
  everyMs: 0,
  step: 0,
  refreshMs: 5000,
  strategy: 'mean' as const,
};

function camera(name: string, room: string | null) {
  const decided$ = new Subject<Mood>();
  const see = (atMs: number, emotion: 'happy' | 'sad' | null, faces = emotion ? 1 : 0): void => {
    const scores = emotion ? scoresOf(emotion, 0.9) : scoresOf('happy', 0);
    decided$.next({
      mood: emotion,
      confidence: emotion ? 0.9 : 0,
      valence: 0,
      arousal: 0,
      faces,
      scores,
      sinceMs: atMs,
      atMs,
      validUntilMs: atMs + 15_000,
    });
  };
  return { name, room, decided$, enabled$: new BehaviorSubject(true), see };
}

/** A home of two cameras in the living room and one in a corner that has no name. */
function home() {
  const cameras = [camera('tv', 'Living room'), camera('door', 'Living room'), camera('corner', null)] as const;
  const joined = joinMoods(cameras, OPTIONS);
  const rooms: MoodUpdate[] = [];
  const moods: Mood[] = [];
  const watched: boolean[] = [];
  joined.rooms$.subscribe((update) => rooms.push(update));
  joined.home$.subscribe((mood) => moods.push(mood));
  joined.watched$.subscribe((on) => watched.push(on));
  return { cameras, rooms, moods, watched };
}

const namesOf = (moods: readonly Mood[]) => moods.map(({ mood }) => mood);

describe('joinMoods', () => {
  it('makes one person of one whom two cameras of a room see, and two of people in two rooms', () => {
    const { cameras, rooms, moods } = home();
    const [tv, door, corner] = cameras;
    for (const atMs of [0, 200, 400]) {
      tv.see(atMs, 'happy');
      door.see(atMs + 50, 'happy');
      corner.see(atMs + 90, 'happy');
    }
    expect(rooms.at(-1)).toMatchObject({ camera: null, room: 'Living room', mood: { mood: 'happy', faces: 1 } });
    expect(moods.at(-1)).toMatchObject({ mood: 'happy', faces: 2 });
  });

  it('tells of rooms with a name only', () => {
    const { cameras, rooms, moods } = home();
    cameras[2].see(0, 'sad');
    cameras[2].see(200, 'sad');
    expect(rooms).toEqual([]);
    expect(namesOf(moods)).toEqual(['uncertain', 'sad']);
  });

  it('knows that nobody is there as soon as the cameras do', () => {
    const { cameras, moods } = home();
    cameras[2].see(0, 'sad');
    cameras[2].see(200, 'sad');
    cameras[2].see(4400, null);
    expect(namesOf(moods)).toEqual(['uncertain', 'sad', null]);
  });

  it('leaves a camera out that is switched off, at once', () => {
    const { cameras, rooms, moods } = home();
    const [tv, , corner] = cameras;
    for (const atMs of [0, 200]) {
      tv.see(atMs, 'happy');
      corner.see(atMs + 10, 'sad');
    }
    expect(moods.at(-1)).toMatchObject({ faces: 2 });
    corner.enabled$.next(false);
    expect(moods.at(-1)).toMatchObject({ faces: 1 });
    tv.see(400, 'happy');
    tv.see(600, 'happy');
    expect(moods.at(-1)).toMatchObject({ mood: 'happy', faces: 1 });
    expect(rooms.at(-1)!.mood).toMatchObject({ mood: 'happy', faces: 1 });
  });

  it('takes nothing from before all cameras were off', () => {
    const { cameras, moods, watched } = home();
    const [tv, door, corner] = cameras;
    tv.see(0, 'happy');
    tv.see(200, 'happy');
    for (const { enabled$ } of [tv, door, corner]) enabled$.next(false);
    const before = moods.length;
    tv.enabled$.next(true);
    expect(moods.length).toBe(before);
    tv.see(900, 'sad');
    expect(moods.slice(before)).toMatchObject([{ mood: 'uncertain', faces: 1, sinceMs: 900 }]);
    expect(moods.at(-1)!.scores.happy).toBeLessThan(0.1);
    expect(watched).toEqual([true, false, true]);
  });
});
