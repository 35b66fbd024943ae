import { createHash } from 'node:crypto';
import type { LocalClock } from './local-clock.ts';
import { valuesOf } from './own-writes.ts';
import { compileActions, type Program } from './program.ts';
import type { Action, Condition, PublishAction, Rule, Trigger, YieldTo } from './rule.ts';
import { watchedBy } from './triggers/step-trigger.ts';

/** A rule made ready to run. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Where it stands among all. */
  readonly order: number;
  readonly program: Program;
  /** Two rules with the same one are the same rule, whatever comments stand around them. */
  readonly fingerprint: string;
}

/** Something that rules leave alone when a person has changed it, and the names of its values that rules write. */
export interface Thing {
  readonly yieldTo: YieldTo;
  readonly written: ReadonlySet<string>;
}

/** All rules in force, found by what they look at: a mood costs those rules that look at its place, and no others. */
export interface Rulebook {
  readonly clock: LocalClock;
  readonly rules: ReadonlyMap<string, CompiledRule>;
  readonly byPlace: ReadonlyMap<string, readonly CompiledRule[]>;
  /** By the filter that brings a message. */
  readonly byFilter: ReadonlyMap<string, readonly CompiledRule[]>;
  /** All that must be listened to. */
  readonly filters: ReadonlySet<string>;
  /** Topics whose last message must be known. */
  readonly topics: ReadonlySet<string>;
  /** By `thingKey`. */
  readonly things: ReadonlyMap<string, Thing>;
}

export function createRulebook(rules: readonly Rule[], clock: LocalClock): Rulebook {
  const compiled = rules.map((rule, order): CompiledRule => ({
    rule,
    order,
    program: compileActions(rule.actions),
    fingerprint: fingerprintOf(rule),
  }));
  const byPlace = new Map<string, CompiledRule[]>();
  const byFilter = new Map<string, CompiledRule[]>();
  const topics = new Set<string>();
  for (const one of compiled) {
    const places = new Set<string>();
    const filters = new Set<string>();
    for (const trigger of [...one.rule.triggers, ...waitedFor(one.rule.actions)]) {
      const watched = watchedBy(trigger);
      if (watched) ('place' in watched ? places : filters).add('place' in watched ? watched.place : watched.filter);
    }
    if (one.rule.yieldTo) filters.add(one.rule.yieldTo.topic);
    for (const place of places) add(byPlace, place, one);
    for (const filter of filters) add(byFilter, filter, one);
    for (const topic of topicsOf(one.rule)) topics.add(topic);
  }
  return {
    clock,
    rules: new Map(compiled.map((one) => [one.rule.id, one])),
    byPlace,
    byFilter,
    filters: new Set([...byFilter.keys(), ...topics]),
    topics,
    things: thingsOf(rules),
  };
}

/** Rules with the same one yield to the same commands. */
export function thingKey({ topic, command }: YieldTo): string {
  return JSON.stringify([topic, command ?? null]);
}

/** A digest, for it is written to disk, and a rule may hold the password of an address. */
function fingerprintOf(rule: Rule): string {
  return createHash('sha256').update(JSON.stringify(rule)).digest('base64url').slice(0, 22);
}

function add(index: Map<string, CompiledRule[]>, key: string, rule: CompiledRule): void {
  const known = index.get(key);
  if (known) known.push(rule);
  else index.set(key, [rule]);
}

/** Every action of a list, those within choices and scenes too. */
export function allActions(actions: readonly Action[]): Action[] {
  return actions.flatMap((action) => {
    if (action.action === 'scene') return [action, ...allActions(action.actions)];
    if (action.action !== 'choose') return [action];
    const inside = [...action.options.flatMap((option) => option.actions), ...action.otherwise];
    return [action, ...allActions(inside)];
  });
}

/** Every condition of a list, those within groups too. */
export function allConditions(conditions: readonly Condition[]): Condition[] {
  return conditions.flatMap((one) => ('conditions' in one ? [one, ...allConditions(one.conditions)] : [one]));
}

function waitedFor(actions: readonly Action[]): Trigger[] {
  return allActions(actions).flatMap((action) => (action.action === 'wait_for' ? action.triggers : []));
}

function topicsOf({ conditions, actions, yieldTo }: Rule): string[] {
  const chosen = allActions(actions).flatMap((action) =>
    action.action === 'choose' ? action.options.flatMap((option) => option.conditions) : [],
  );
  const asked = allConditions([...conditions, ...chosen]).flatMap((one) =>
    one.condition === 'mqtt' ? [one.topic] : [],
  );
  return yieldTo ? [...asked, yieldTo.topic] : asked;
}

function thingsOf(rules: readonly Rule[]): Map<string, Thing> {
  const yields = new Map(rules.flatMap(({ yieldTo }) => (yieldTo ? [[thingKey(yieldTo), yieldTo] as const] : [])));
  if (yields.size === 0) return new Map();
  const published = rules
    .flatMap(({ actions }) => allActions(actions))
    .filter((action): action is PublishAction => action.action === 'mqtt.publish');
  return new Map(
    [...yields].map(([key, yieldTo]) => {
      const written = published
        .filter(({ topic }) => isCommand(yieldTo, topic))
        .flatMap(({ topic, payload }) => [topic.split('/').at(-1)!, ...Object.keys(valuesOf(asText(payload)))]);
      return [key, { yieldTo, written: new Set(written) }];
    }),
  );
}

function isCommand({ topic, command }: YieldTo, published: string): boolean {
  const to = command ?? topic;
  return published === to || published.startsWith(`${to}/`);
}

function asText(payload: PublishAction['payload']): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
