import { filter, map, type OperatorFunction, pipe } from 'rxjs';
import { mapAccumulate } from './map-accumulate.ts';
import type { Mood } from './mood.ts';

export interface ReportOptions {
  /** While the mood holds, its numbers are reported at most this often … */
  readonly everyMs: number;
  /** … and only when one of them moved this much (0 to 1), … */
  readonly step: number;
  /** … but at least this often, so that a mood that holds never looks stale. */
  readonly refreshMs: number;
}

/**
 * Lets through what the world should hear of: a new mood or another number of faces at once, moved numbers now and
 * then, and a refresh before the last report goes stale. What it lets through is the newest, never a delayed one.
 */
export function reportMoods(options: ReportOptions): OperatorFunction<Mood, Mood> {
  return pipe(
    mapAccumulate<Mood, Mood | undefined, { mood: Mood; report: boolean }>(undefined, (last, mood) => {
      const report = !last || isNews(last, mood, options);
      return { state: report ? mood : last, out: { mood, report } };
    }),
    filter(({ report }) => report),
    map(({ mood }) => mood),
  );
}

function isNews(last: Mood, mood: Mood, { everyMs, step, refreshMs }: ReportOptions): boolean {
  if (mood.mood !== last.mood || mood.faces !== last.faces || mood.sinceMs !== last.sinceMs) return true;
  const elapsedMs = mood.atMs - last.atMs;
  if (elapsedMs >= refreshMs) return true;
  const moved = Math.max(
    Math.abs(mood.confidence - last.confidence),
    Math.abs(mood.valence - last.valence),
    Math.abs(mood.arousal - last.arousal),
  );
  return elapsedMs >= everyMs && moved >= step;
}
