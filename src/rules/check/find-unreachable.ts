import type { Rule, Trigger } from '../rule.ts';
import { both, type Case, casesOfAll, casesOfNone, casesOfTrigger, isPossible } from './claims.ts';

/** Why a rule, or one of its triggers, can never act; empty when each can. */
export function findUnreachable(rule: Rule): string[] {
  const allowed = both(casesOfAll(rule.conditions), casesOfNone(rule.quiet));
  if (!isAnyPossible(casesOfAll(rule.conditions))) return ['can never act: its conditions exclude each other'];
  const dead = rule.triggers.map((trigger) => isDead(trigger, allowed));
  if (dead.every((one) => one)) {
    const what = rule.quiet.length > 0 ? 'its conditions, or the quiet hours,' : 'its conditions';
    return [`can never act: ${what} exclude what its triggers wait for`];
  }
  return dead.flatMap((one, i) => (one ? [`its trigger ${i + 1} can never start it: the conditions exclude it`] : []));
}

function isDead(trigger: Trigger, allowed: readonly Case[]): boolean {
  return fromItself(trigger) || !isAnyPossible(both(casesOfTrigger(trigger), allowed));
}

/** A change from a mood to the same is none. */
function fromItself(trigger: Trigger): boolean {
  if (trigger.trigger !== 'mood' || trigger.from?.length !== 1 || trigger.to?.length !== 1) return false;
  return trigger.from[0] === trigger.to[0];
}

function isAnyPossible(cases: readonly Case[]): boolean {
  return cases.some(isPossible);
}
