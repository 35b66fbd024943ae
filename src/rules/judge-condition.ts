import { attributeOf, inRange, isConfident } from './match-mood.ts';
import { messageMatches, valueIn } from './match-message.ts';
import type { Condition, ConditionTrace, MqttCondition, TimeCondition } from './rule.ts';
import type { Scene } from './scene.ts';

/**
 * Whether a condition holds; undefined when nobody knows: the mood is stale, the topic has said nothing. What is not
 * known does not hold, and neither does its opposite (Kleene's three-valued logic), so that `not` cannot make a mood of
 * a missing one.
 */
export function judgeCondition(condition: Condition, scene: Scene): boolean | undefined {
  switch (condition.condition) {
    case 'time':
      return timeHolds(condition, scene);
    case 'mqtt':
      return messageHolds(condition, scene);
    case 'and':
      return allHold(condition.conditions, scene);
    case 'or':
      return not(allHold(condition.conditions, scene, not));
    case 'not':
      return allHold(condition.conditions, scene, not);
  }
  const mood = scene.place(condition).after?.mood;
  if (!mood) return undefined;
  switch (condition.condition) {
    case 'numeric':
      return inRange(attributeOf(mood, condition.attribute), condition);
    case 'presence':
      return (mood.mood === null) === (condition.is === 'absent');
    case 'mood':
      return condition.is.includes(mood.mood) && isConfident(mood, condition.minConfidence);
  }
}

function not(holds: boolean | undefined): boolean | undefined {
  return holds === undefined ? undefined : !holds;
}

function allHold(
  conditions: readonly Condition[],
  scene: Scene,
  turn: (holds: boolean | undefined) => boolean | undefined = (holds) => holds,
): boolean | undefined {
  const all = conditions.map((condition) => turn(judgeCondition(condition, scene)));
  return all.includes(false) ? false : all.includes(undefined) ? undefined : true;
}

function messageHolds(condition: MqttCondition, scene: Scene): boolean | undefined {
  const known = scene.topic(condition.topic);
  if (!known) return scene.assumeMessages ? true : undefined;
  return messageMatches(condition, known.payload);
}

/** Undefined where the sun of a limit does not rise or set. */
export function timeHolds(
  { after, before, weekdays }: TimeCondition,
  { nowMs, clock }: Pick<Scene, 'nowMs' | 'clock'>,
) {
  const { secondOfDay, weekday } = clock.local(nowMs);
  if (weekdays && !weekdays.includes(weekday)) return false;
  const from = after && clock.secondOf(after, nowMs);
  const until = before && clock.secondOf(before, nowMs);
  if ((after && from === undefined) || (before && until === undefined)) return undefined;
  const begun = from === undefined || secondOfDay >= from;
  const notOver = until === undefined || secondOfDay < until;
  const pastMidnight = from !== undefined && until !== undefined && from > until;
  return pastMidnight ? begun || notOver : begun && notOver;
}

/** A condition that was looked at, for the trace. */
export function traceCondition(condition: Condition, scene: Scene): ConditionTrace {
  return {
    condition: condition.condition,
    holds: judgeCondition(condition, scene) ?? null,
    found: found(condition, scene),
  };
}

function found(condition: Condition, scene: Scene): string {
  switch (condition.condition) {
    case 'time': {
      const { secondOfDay, weekday } = scene.clock.local(scene.nowMs);
      const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
      return `${weekday} ${two(secondOfDay / 3600)}:${two((secondOfDay / 60) % 60)}:${two(secondOfDay % 60)}`;
    }
    case 'mqtt': {
      const known = scene.topic(condition.topic);
      if (!known) return scene.assumeMessages ? 'not recorded, taken to hold' : `${condition.topic} has said nothing`;
      return JSON.stringify(valueIn(known.payload, condition.path) ?? null).slice(0, 100);
    }
    case 'and':
    case 'or':
    case 'not':
      return condition.conditions.map((one) => `${one.condition}: ${found(one, scene)}`).join('; ');
  }
  const mood = scene.place(condition).after?.mood;
  if (!mood) return 'no fresh mood';
  if (condition.condition !== 'numeric') return `${mood.mood ?? 'nobody'} (${mood.confidence.toFixed(2)})`;
  const value = attributeOf(mood, condition.attribute);
  return value === undefined ? 'no such number' : `${condition.attribute} ${Math.round(value * 1000) / 1000}`;
}
