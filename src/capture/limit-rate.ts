import { asyncScheduler, filter, type MonoTypeOperatorFunction, Observable, type SchedulerLike } from 'rxjs';

/** A value this much of an interval early is on time: cameras do not keep their rate to the millisecond. */
const EARLY = 0.25;

/**
 * Lets at most `perSecond` values through, evenly; the others are dropped. Unlike `throttleTime`, what is due is counted
 * from the last due time and not from the last value, so that 30 a second become 5 and not 4.3.
 */
export function limitRate<T>(
  perSecond: number,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<T> {
  const intervalMs = 1000 / perSecond;
  return (source$) =>
    new Observable<T>((subscriber) => {
      let dueMs = -Infinity;
      return source$
        .pipe(
          filter(() => {
            const nowMs = scheduler.now();
            if (nowMs < dueMs - EARLY * intervalMs) return false;
            // After a silence the next is due an interval from now, not at once for every one that was missed.
            dueMs = nowMs - dueMs < intervalMs ? dueMs + intervalMs : nowMs + intervalMs;
            return true;
          }),
        )
        .subscribe(subscriber);
    });
}
