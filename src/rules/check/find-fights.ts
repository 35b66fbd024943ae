import { sameValue } from '../match-message.ts';
import { valuesOf } from '../own-writes.ts';
import { placeKey } from '../places.ts';
import type { Json, PublishAction, Rule, Trigger } from '../rule.ts';
import { allActions } from '../rulebook.ts';
import { both, type Case, casesOfAll, casesOfTrigger, isPossible } from './claims.ts';

/** Two rules that one and the same event can start, and that then tell a topic different things. */
export interface Fight {
  readonly rules: readonly [string, string];
  readonly topic: string;
}

/** Of a topic that more rules write to, only the first are compared. */
const MAX_RULES = 100;

export function findFights(rules: readonly Rule[]): Fight[] {
  const byTopic = new Map<string, { rule: Rule; messages: PublishAction[] }[]>();
  for (const rule of rules.filter(({ dryRun }) => !dryRun)) {
    const messages = allActions(rule.actions).filter((one): one is PublishAction => one.action === 'mqtt.publish');
    for (const topic of new Set(messages.map((message) => message.topic))) {
      const writers = byTopic.get(topic) ?? [];
      writers.push({ rule, messages: messages.filter((message) => message.topic === topic) });
      byTopic.set(topic, writers);
    }
  }
  const fights: Fight[] = [];
  for (const [topic, writers] of byTopic) {
    const compared = writers.slice(0, MAX_RULES);
    for (const [i, one] of compared.entries()) {
      for (const other of compared.slice(i + 1)) {
        const differ = one.messages.some((a) => other.messages.some((b) => contradict(a.payload, b.payload)));
        if (differ && startTogether(one.rule, other.rule)) fights.push({ rules: [one.rule.id, other.rule.id], topic });
      }
    }
  }
  return fights;
}

/** Whether two payloads give one name different values; those that are filled in are not compared. */
function contradict(a: Json, b: Json): boolean {
  const text = (payload: Json) => (typeof payload === 'string' ? payload : JSON.stringify(payload));
  const [one, other] = [valuesOf(text(a)), valuesOf(text(b))];
  return Object.entries(one).some(([name, value]) => {
    const against = other[name];
    if (against === undefined || /\{\{/.test(JSON.stringify([value, against]))) return false;
    return !sameValue(value, against);
  });
}

function startTogether(a: Rule, b: Rule): boolean {
  const allowed = both(casesOfAll(a.conditions), casesOfAll(b.conditions));
  return a.triggers.some((one) =>
    b.triggers.some((other) => {
      if (!isSameEvent(one, other)) return false;
      const cases: readonly Case[] = both(both(casesOfTrigger(one), casesOfTrigger(other)), allowed);
      return cases.some(isPossible);
    }),
  );
}

/** Whether one input can fire both at once; that two different ones come together is chance. */
function isSameEvent(a: Trigger, b: Trigger): boolean {
  if (a.trigger === 'time' || b.trigger === 'time') return a.trigger === b.trigger && haveMinutes(a) && haveMinutes(b);
  if (a.trigger === 'mqtt' || b.trigger === 'mqtt')
    return a.trigger === 'mqtt' && b.trigger === 'mqtt' && a.topic === b.topic && a.forMs === b.forMs;
  if (a.trigger !== b.trigger || placeKey(a) !== placeKey(b)) return false;
  return a.trigger !== 'numeric' || b.trigger !== 'numeric' || a.attribute === b.attribute;
}

/** Of the sun nobody knows whether it meets a time. */
function haveMinutes(trigger: Trigger): boolean {
  return trigger.trigger === 'time' && trigger.at.every((moment) => 'secondOfDay' in moment);
}
