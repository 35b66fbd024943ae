import { placeKey } from '../places.ts';
import type { Trigger } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { nextOfPlaceTrigger, stepPlaceTrigger } from './mood-trigger.ts';
import { nextOfMqttTrigger, stepMqttTrigger } from './mqtt-trigger.ts';
import { stepTimeTrigger } from './time-trigger.ts';
import { type LevelState, type TriggerState, type TriggerStep, UNSEEN } from './trigger-state.ts';

/** One step of any trigger; `before` is undefined at its first. */
export function stepTrigger(trigger: Trigger, before: TriggerState | undefined, scene: Scene): TriggerStep {
  switch (trigger.trigger) {
    case 'mood':
    case 'numeric':
    case 'presence':
      return stepPlaceTrigger(trigger, asLevel(before), scene);
    case 'mqtt':
      return stepMqttTrigger(trigger, asLevel(before), scene);
    case 'time':
      return stepTimeTrigger(trigger, before && 'dueMs' in before ? before : undefined, scene);
  }
}

/** When it must be looked at again if no input comes that it watches; Infinity when it need not. */
export function nextOfTrigger(trigger: Trigger, state: TriggerState, scene: Scene): number {
  switch (trigger.trigger) {
    case 'mood':
    case 'numeric':
    case 'presence':
      return nextOfPlaceTrigger(trigger, asLevel(state), scene);
    case 'mqtt':
      return nextOfMqttTrigger(trigger, asLevel(state));
    case 'time':
      return ('dueMs' in state ? state.dueMs : null) ?? Infinity;
  }
}

/** What it must be told of. */
export function watchedBy(trigger: Trigger): { readonly place: string } | { readonly filter: string } | undefined {
  switch (trigger.trigger) {
    case 'mood':
    case 'numeric':
    case 'presence':
      return { place: placeKey(trigger) };
    case 'mqtt':
      return { filter: trigger.topic };
    case 'time':
      return undefined;
  }
}

/** How a trigger stands when a run begins to wait for it: what holds already is no event. */
export function beginTrigger(trigger: Trigger, scene: Scene): TriggerState {
  return stepTrigger(trigger, undefined, {
    ...scene,
    message: undefined,
    place: (of) => ({ before: undefined, after: scene.place(of).after, news: true }),
  }).state;
}

function asLevel(state: TriggerState | undefined): LevelState {
  return state && 'holds' in state ? state : UNSEEN;
}
