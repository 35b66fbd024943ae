import type { TimeTrigger } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { TimerState, TriggerStep } from './trigger-state.ts';

/** What fell due while nobody was there to see (a restart, a clock set forward) is still done when it is so late at most. */
export const LATE_MS = 600_000;

/** A clock set back by less repeats nothing; by more, it was wrong before, and times are worked out anew. */
const SET_BACK_MS = 3_600_000;

/** One step of a trigger on the clock: once for each of its times, never twice for one. */
export function stepTimeTrigger(trigger: TimeTrigger, before: TimerState | undefined, scene: Scene): TriggerStep {
  const { nowMs } = scene;
  if (!before || nowMs < before.setMs - SET_BACK_MS) return { state: workOut(trigger, scene), event: undefined };
  const { dueMs } = before;
  if (dueMs === null || nowMs < dueMs) return { state: before, event: undefined };
  return { state: workOut(trigger, scene), event: nowMs - dueMs <= LATE_MS ? 'fire' : 'missed' };
}

function workOut({ at, everyMs, weekdays }: TimeTrigger, { nowMs, clock }: Scene): TimerState {
  const times = [
    clock.next(at, weekdays, nowMs),
    everyMs === undefined ? undefined : clock.nextEvery(everyMs, weekdays, nowMs),
  ].filter((time) => time !== undefined);
  return { dueMs: times.length === 0 ? null : Math.min(...times), setMs: nowMs };
}
