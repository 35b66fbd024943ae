import {
  asyncScheduler,
  concat,
  map,
  type Observable,
  of,
  type OperatorFunction,
  type SchedulerLike,
  switchMap,
  timer,
} from 'rxjs';
import type { Mood } from './mood.ts';

/**
 * Moods as they come, and undefined, once, when the newest is no longer valid and no other has come: from then on nothing
 * is known. No mood is taken for valid longer than it says of itself, even if its time is ahead of the clock.
 */
export function untilStale(scheduler: SchedulerLike = asyncScheduler): OperatorFunction<Mood, Mood | undefined> {
  return switchMap((mood) => {
    const leftMs = Math.min(mood.validUntilMs - scheduler.now(), mood.validUntilMs - mood.atMs);
    return concat(of(mood), timer(Math.max(0, leftMs), scheduler).pipe(map(() => undefined)));
  });
}

/** What is known of a place: its newest mood, undefined once that is stale and while nobody watches. */
export function knownMood(watched$: Observable<boolean>, moods$: Observable<Mood>): Observable<Mood | undefined> {
  return watched$.pipe(switchMap((on) => (on ? moods$.pipe(untilStale()) : of(undefined))));
}
