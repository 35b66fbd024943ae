import type { MoodName } from '../mood/mood.ts';
import { triggerHolds } from './match-mood.ts';
import { cameFrom, type PlaceState } from './places.ts';
import type { Trigger } from './rule.ts';

/** What one trigger remembers; plain data. */
export interface TriggerState {
  /** Whether its condition held at the last mood; null when no mood could tell yet. */
  readonly holds: boolean | null;
  /** The mood that it held for. */
  readonly held: MoodName;
  /** Since when it has held, by our clock; `for` counts from here. */
  readonly sinceMs: number;
  /** Whether it fires when `for` is over. */
  readonly pending: boolean;
}

/** Before any mood. */
export const UNSEEN: TriggerState = { holds: null, held: null, sinceMs: 0, pending: false };

/** What happened to a trigger: it fires, begins to wait for `for`, or waits in vain. */
export type TriggerEvent = 'fire' | 'wait' | 'stale' | 'over';

export interface TriggerStep {
  readonly state: TriggerState;
  readonly event: TriggerEvent | undefined;
}

/** The place that a trigger looks at: before and after this input, each undefined while nothing fresh is known. */
export interface PlaceStep {
  readonly before: PlaceState | undefined;
  readonly after: PlaceState | undefined;
  /** Whether `after` holds a mood that has just come. */
  readonly news: boolean;
}

/**
 * One step of one trigger. Without `for` it fires when its condition begins to hold while we watch; what held already
 * when we began to watch is a state and no change. With `for` it fires when the condition has held for so long since we
 * saw it, whether or not we saw it begin. Either way once, until the condition has ceased and begun again.
 */
export function stepTrigger(trigger: Trigger, before: TriggerState, place: PlaceStep, nowMs: number): TriggerStep {
  const { after, news } = place;
  if (!after) return { state: UNSEEN, event: before.pending ? 'stale' : undefined };
  const known = place.before ? before : UNSEEN;
  if (!news) return wait(trigger, known, nowMs);
  const { mood } = after;
  if (!triggerHolds(trigger, mood, known.holds === true)) {
    // Until the place has settled, that something does not hold says nothing about what was before.
    const holds = after.settled ? false : known.holds === true ? false : known.holds;
    return { state: { ...UNSEEN, holds }, event: before.pending ? 'over' : undefined };
  }
  if (known.holds === true && (isRange(trigger) || known.held === mood.mood)) return wait(trigger, known, nowMs);
  const wanted = trigger.trigger !== 'mood' || !trigger.from || cameFrom(after, trigger.from);
  const pending = wanted && trigger.forMs > 0;
  const state = { holds: true, held: mood.mood, sinceMs: nowMs, pending };
  if (pending) return { state, event: 'wait' };
  return { state, event: wanted && trigger.forMs === 0 && known.holds !== null ? 'fire' : undefined };
}

/** Whether different moods may satisfy the trigger as one condition; else each new mood is a change. */
function isRange(trigger: Trigger): boolean {
  return trigger.trigger === 'numeric' || trigger.to !== undefined;
}

function wait({ forMs }: Trigger, state: TriggerState, nowMs: number): TriggerStep {
  // A clock that was set back must not stretch the time.
  const sinceMs = Math.min(state.sinceMs, nowMs);
  if (!state.pending || nowMs - sinceMs < forMs) return { state: { ...state, sinceMs }, event: undefined };
  return { state: { ...state, sinceMs, pending: false }, event: 'fire' };
}

/** When the trigger must be looked at again if no mood comes: `for` is over or the mood stale. */
export function nextTriggerMs({ forMs }: Trigger, state: TriggerState, place: PlaceState | undefined): number {
  if (!state.pending || !place) return Infinity;
  return Math.min(state.sinceMs + forMs, place.mood.validUntilMs);
}
