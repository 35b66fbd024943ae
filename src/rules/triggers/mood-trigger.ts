import { isEmotion, triggerHolds } from '../match-mood.ts';
import { cameFrom } from '../places.ts';
import type { MoodTrigger, NumericTrigger, PresenceTrigger } from '../rule.ts';
import type { PlaceStep, Scene } from '../scene.ts';
import { type LevelState, type TriggerStep, UNSEEN, waitFor } from './trigger-state.ts';

/** Triggers that look at the mood of a place. */
export type PlaceTrigger = MoodTrigger | NumericTrigger | PresenceTrigger;

/**
 * One step of such a trigger. Without `for` it fires when its condition begins to hold while we watch; what held already
 * when we began to watch is a state and no change. With `for` it fires when the condition has held for so long since we
 * saw it, whether or not we saw it begin. Either way once, until the condition has ceased and begun again.
 */
export function stepPlaceTrigger(trigger: PlaceTrigger, before: LevelState, scene: Scene): TriggerStep {
  const { nowMs } = scene;
  const place = scene.place(trigger);
  const { after, news } = place;
  // What waited, or had fired, before a restart is still so until the first mood that says something.
  const isKept = (before.pending || before.holds === true) && nowMs < scene.bridgeUntilMs;
  const bridged = isKept && !place.before;
  if (!after) {
    if (bridged) return { state: before, event: undefined };
    return { state: UNSEEN, event: before.pending ? 'stale' : undefined };
  }
  if (isKept && findsItsWay(place)) return { state: before, event: undefined };
  const known = place.before || bridged ? before : UNSEEN;
  const { mood } = after;
  if (!news && (!known.pending || triggerHolds(trigger, mood, true))) return waitFor(trigger.forMs, known, nowMs);
  if (!triggerHolds(trigger, mood, known.holds === true)) {
    // Until the place has settled, that something does not hold says nothing about what was before.
    const holds = after.settled ? false : known.holds === true ? false : known.holds;
    return { state: { ...UNSEEN, holds }, event: before.pending ? 'over' : undefined };
  }
  if (known.holds === true && (isRange(trigger) || known.held === mood.mood))
    return waitFor(trigger.forMs, known, nowMs);
  const wanted = trigger.trigger !== 'mood' || !trigger.from || cameFrom(after, trigger.from);
  const pending = wanted && trigger.forMs > 0;
  const state = { holds: true, held: mood.mood, sinceMs: nowMs, pending };
  if (pending) return { state, event: 'wait' };
  return { state, event: wanted && trigger.forMs === 0 && known.holds !== null ? 'fire' : undefined };
}

/** Whether the place was first looked at just now, and its mood is what every camera says then. */
function findsItsWay({ after }: PlaceStep): boolean {
  return after !== undefined && !after.settled && !isEmotion(after.mood.mood);
}

/** Whether different moods may satisfy the trigger as one condition; else each new mood is a change. */
function isRange(trigger: PlaceTrigger): boolean {
  return trigger.trigger !== 'mood' || trigger.to !== undefined;
}

/** When such a trigger must be looked at again if no mood comes: `for` is over, or the mood stale. */
export function nextOfPlaceTrigger(trigger: PlaceTrigger, state: LevelState, scene: Scene): number {
  if (!state.pending) return Infinity;
  const { after } = scene.place(trigger);
  if (!after) return scene.bridgeUntilMs;
  const dueMs = state.sinceMs + trigger.forMs;
  // Overdue, and yet not fired: it waits for the camera to find its way.
  const nextMs = dueMs > scene.nowMs ? dueMs : scene.bridgeUntilMs;
  return Math.min(nextMs, after.mood.validUntilMs);
}
