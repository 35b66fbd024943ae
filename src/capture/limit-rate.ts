import { asyncScheduler, filter, type MonoTypeOperatorFunction, Observable, type SchedulerLike } from 'rxjs';

/** A value this much of an interval early is on time: cameras do not keep their rate to the millisecond. */
const EARLY = 0.25;

/**
 * Asked with the time of each value, says which are due, at most `perSecond`, evenly. What is due is counted from the last
 * due time and not from the last value, so that 30 a second become 5 and not 4.3.
 */
export function createRateLimit(perSecond: number): (nowMs: number) => boolean {
  const intervalMs = 1000 / perSecond;
  let dueMs = -Infinity;
  return (nowMs) => {
    if (nowMs < dueMs - EARLY * intervalMs) return false;
    // After a silence the next is due an interval from now, not at once for every one that was missed.
    dueMs = nowMs - dueMs < intervalMs ? dueMs + intervalMs : nowMs + intervalMs;
    return true;
  };
}

/** Lets the values through that are due by `createRateLimit`, unlike `throttleTime` evenly; the others are dropped. */
export function limitRate<T>(
  perSecond: number,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<T> {
  return (source$) =>
    new Observable<T>((subscriber) => {
      const isDue = createRateLimit(perSecond);
      return source$.pipe(filter(() => isDue(scheduler.now()))).subscribe(subscriber);
    });
}
