import { map, scan, type OperatorFunction, pipe } from 'rxjs';
import type { Evidence } from './evidence.ts';
import type { Mood, MoodUpdate } from './mood.ts';
import { meanScores } from './scores.ts';

/**
 * Evidence of the whole home at each camera's mood: the cameras' smoothed scores, each weighted by its number of
 * faces. A camera whose mood is stale by then is left out. Times follow the newest evidence.
 */
export function combineHome(): OperatorFunction<MoodUpdate, Evidence> {
  return pipe(
    scan<MoodUpdate, ReadonlyMap<string | null, Mood>>(
      (moods, { camera, mood }) => new Map([...moods, [camera, mood]]),
      new Map(),
    ),
    map((moods) => {
      const atMs = Math.max(...[...moods.values()].map((mood) => mood.atMs));
      const fresh = [...moods.values()].filter((mood) => mood.validUntilMs > atMs);
      return {
        atMs,
        faces: fresh.reduce((sum, mood) => sum + mood.faces, 0),
        scores: meanScores(fresh.map(({ scores, faces }) => ({ scores, weight: faces }))),
      };
    }),
  );
}
