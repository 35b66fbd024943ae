import { concatMap, type OperatorFunction, pipe } from 'rxjs';
import type { Evidence } from './evidence.ts';
import { mapAccumulate } from './map-accumulate.ts';
import type { Mood } from './mood.ts';
import { combineScores, type Strategy } from './strategy.ts';

/** The newest mood of a camera or a room; undefined when it is switched off and nothing is known of it any more. */
export interface PlaceMood {
  readonly place: string;
  readonly mood: Mood | undefined;
}

export interface CombineOptions {
  readonly strategy: Strategy;
  /**
   * How many people there are. `most`: as many as one place sees, for cameras of one room, which see the same people;
   * `sum`: all together, for rooms, as nobody is in two.
   */
  readonly people: 'most' | 'sum';
}

/** A mood further ahead than this was made before the clock was set back. */
const MAX_AHEAD_MS = 5000;

/**
 * Evidence of a room from its cameras, or of the home from its rooms, at each mood of one of them; each counts by its
 * people. A place whose mood is stale by then is left out, and so is one switched off, at once. When that leaves nobody
 * who knows anything, nothing is said.
 */
export function combinePlaces({ strategy, people }: CombineOptions): OperatorFunction<PlaceMood, Evidence> {
  return pipe(
    mapAccumulate(new Map<string, Mood>(), (before: ReadonlyMap<string, Mood>, { place, mood }: PlaceMood) => {
      const others = [...before].filter(([other]) => other !== place);
      const nowMs = mood?.atMs ?? Math.max(...others.map(([, { atMs }]) => atMs));
      const fresh = others.filter(([, { atMs, validUntilMs }]) => validUntilMs > nowMs && atMs <= nowMs + MAX_AHEAD_MS);
      const state = new Map(mood ? [...fresh, [place, mood] as const] : fresh);
      const moods = [...state.values()];
      if (moods.length === 0) return { state, out: [] };
      const counts = moods.map(({ faces }) => faces);
      const evidence: Evidence = {
        atMs: Math.max(...moods.map(({ atMs }) => atMs)),
        faces: people === 'most' ? Math.max(...counts) : counts.reduce((sum, count) => sum + count, 0),
        scores: combineScores(
          moods.map(({ scores, faces }) => ({ scores, weight: faces })),
          strategy,
        ),
      };
      return { state, out: [evidence] };
    }),
    concatMap((evidence) => evidence),
  );
}
