import { messageMatches } from '../match-message.ts';
import type { MqttTrigger } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { type LevelState, type TriggerStep, UNSEEN, waitFor } from './trigger-state.ts';

/**
 * One step of a trigger on messages. Without `for` every message that matches fires: a button says the same at each
 * press. With `for` it fires once no message has said otherwise for so long. A replayed message neither fires nor begins
 * to wait; that it says otherwise is believed.
 */
export function stepMqttTrigger(trigger: MqttTrigger, before: LevelState, scene: Scene): TriggerStep {
  const { nowMs, message } = scene;
  if (message?.filter !== trigger.topic) return waitFor(trigger.forMs, before, nowMs);
  if (!messageMatches(trigger, message.payload))
    return { state: { ...UNSEEN, holds: false }, event: before.pending ? 'over' : undefined };
  if (trigger.forMs > 0 && before.holds === true) return waitFor(trigger.forMs, before, nowMs);
  if (message.replayed) return { state: before, event: undefined };
  const state = { holds: true, held: null, sinceMs: nowMs, pending: trigger.forMs > 0 };
  return { state, event: trigger.forMs > 0 ? 'wait' : 'fire' };
}

export function nextOfMqttTrigger({ forMs }: MqttTrigger, { pending, sinceMs }: LevelState): number {
  return pending ? sinceMs + forMs : Infinity;
}
