import { BrakeWindow, type RecentAction } from './brake.ts';
import { changedByPerson, type Write, writeTo } from './own-writes.ts';
import { isFresh, placeKey, type PlaceState, seeMood } from './places.ts';
import type { Effect, Place, RuleInput, RuleTrace } from './rule.ts';
import { newRuleState, type RuleState } from './rule-state.ts';
import { type CompiledRule, type Rulebook, thingKey } from './rulebook.ts';
import type { Scene, TopicState } from './scene.ts';
import type { TriggerState } from './triggers/trigger-state.ts';
import { dueOf, stepRule, type StepContext } from './step-rule.ts';

/** All that rules remember, as one step reads it. */
export interface RulesView {
  /** Time of the last step. */
  readonly atMs: number;
  /** By `placeKey`; stale ones too. */
  readonly places: ReadonlyMap<string, PlaceState>;
  readonly topics: ReadonlyMap<string, TopicState>;
  /** What rules told things lately, by `thingKey`. */
  readonly writes: ReadonlyMap<string, readonly Write[]>;
  readonly recent: readonly RecentAction[];
  readonly rules: ReadonlyMap<string, RuleState>;
  readonly bridgeUntilMs: number;
  readonly assumeMessages: boolean;
  /** Ids of rules that are due at a time. */
  dueAt(nowMs: number): readonly string[];
  /** Ids of all rules that will be due some time. */
  waiting(): Iterable<string>;
}

/** What comes of one input: what to do and to tell, and all that must be remembered from now on. */
export interface Evaluation {
  readonly atMs: number;
  /** In the order in which they are to be done. */
  readonly effects: readonly Effect[];
  readonly traces: readonly RuleTrace[];
  readonly place: readonly [string, PlaceState] | undefined;
  readonly topic: readonly [string, TopicState] | undefined;
  readonly writes: ReadonlyMap<string, readonly Write[]>;
  readonly recent: readonly RecentAction[];
  /** Only the rules that were looked at. */
  readonly rules: ReadonlyMap<string, { readonly state: RuleState; readonly dueMs: number }>;
  /** Whether something changed that must outlive a restart. */
  readonly durable: boolean;
}

/** A clock that goes back by more was set back. */
const SET_BACK_MS = 1000;

/**
 * What rules make of one input at one time; pure. `nowMs` is the wall clock. A mood that is stale already, or older than
 * the one we have, is a replay: it changes nothing. Only rules are looked at that watch what came, or that are due.
 */
export function evaluate(book: Rulebook, view: RulesView, input: RuleInput, nowMs: number): Evaluation {
  const fresh = (key: string) => {
    const known = view.places.get(key);
    return known && isFresh(known.mood, nowMs) ? known : undefined;
  };
  const place = seePlace(input, fresh, nowMs);
  const message = input.type === 'mqtt' ? input.message : undefined;
  const heard: [string, TopicState] | undefined =
    message && book.topics.has(message.topic) ? [message.topic, { payload: message.payload, atMs: nowMs }] : undefined;
  const scene: Scene = {
    nowMs,
    clock: book.clock,
    place: (of: Place) => {
      const key = placeKey(of);
      const news = place?.[0] === key;
      const before = fresh(key);
      return { before, after: news ? place[1] : before, news };
    },
    lastMood: (of) => (place?.[0] === placeKey(of) ? place[1] : view.places.get(placeKey(of)))?.mood,
    topic: (topic) => (heard?.[0] === topic ? heard[1] : view.topics.get(topic)),
    message,
    bridgeUntilMs: view.bridgeUntilMs,
    assumeMessages: view.assumeMessages,
  };
  const effects: Effect[] = [];
  const traces: RuleTrace[] = [];
  const brake = new BrakeWindow(view.recent, nowMs);
  const writes = new Map<string, readonly Write[]>();
  const stops = new Set<string>();
  const rules = new Map<string, { state: RuleState; dueMs: number }>();
  let durable = false;
  for (const compiled of lookedAt(book, view, input, place?.[0], nowMs)) {
    const { id, yieldTo, brake: limit } = compiled.rule;
    const before = view.rules.get(id);
    const context: StepContext = {
      scene,
      result: input.type === 'http' && input.result.rule === id ? input.result : undefined,
      changedByPerson:
        yieldTo && message && !message.replayed && message.topic === yieldTo.topic
          ? changedByPerson(
              yieldTo,
              view.topics.get(message.topic),
              message.payload,
              book.things.get(thingKey(yieldTo))!.written,
              view.writes.get(thingKey(yieldTo)) ?? [],
              nowMs,
            )
          : undefined,
      act: (effect) => {
        const stop = brake.count(id, limit);
        if (stop !== undefined) stops.add(stop);
        if (stop === id) return false;
        effects.push(effect);
        noteWrite(effect, book, view, writes, nowMs);
        return true;
      },
      trace: (trace) => traces.push(trace),
    };
    const known = traces.length;
    const step = stepRule(compiled, before, context);
    durable ||= traces.length > known || hasMoved(before, step.state);
    rules.set(id, step);
  }
  for (const id of stops) {
    const compiled = book.rules.get(id);
    if (!compiled) continue;
    const state = rules.get(id)?.state ?? view.rules.get(id) ?? newRuleState(compiled.fingerprint);
    const stopped = { ...state, stoppedMs: nowMs, runs: [] };
    rules.set(id, { state: stopped, dueMs: dueOf(compiled, stopped, scene) });
    traces.push(stopTrace(compiled, nowMs));
    durable = true;
  }
  return { atMs: nowMs, effects, traces, place, topic: heard, writes, recent: brake.recent, rules, durable };
}

function seePlace(
  input: RuleInput,
  fresh: (key: string) => PlaceState | undefined,
  nowMs: number,
): [string, PlaceState] | undefined {
  if (input.type !== 'mood') return undefined;
  const { update } = input;
  const key = placeKey(update);
  const known = fresh(key);
  if (!isFresh(update.mood, nowMs) || (known && update.mood.atMs < known.mood.atMs)) return undefined;
  return [key, seeMood(known, update.mood, nowMs)];
}

/** The rules that this input concerns, in their order. */
function lookedAt(
  book: Rulebook,
  view: RulesView,
  input: RuleInput,
  place: string | undefined,
  nowMs: number,
): Iterable<CompiledRule> {
  const watching =
    input.type === 'mqtt'
      ? book.byFilter.get(input.message.filter)
      : place === undefined
        ? undefined
        : book.byPlace.get(place);
  // A clock that was set back must not keep anything waiting: what waits is looked at anew.
  const wasSetBack = nowMs < view.atMs - SET_BACK_MS;
  const ids = wasSetBack ? [...view.waiting()] : view.dueAt(nowMs);
  const answered = input.type === 'http' ? [input.result.rule] : [];
  if (ids.length === 0 && answered.length === 0) return watching ?? [];
  const all = new Set(watching);
  for (const id of [...ids, ...answered]) {
    const compiled = book.rules.get(id);
    if (compiled) all.add(compiled);
  }
  return [...all].sort((a, b) => a.order - b.order);
}

/** Whether something changed that a restart must know: where runs stand, when times come, what holds. */
function hasMoved(before: RuleState | undefined, after: RuleState): boolean {
  const runs = before?.runs ?? [];
  return (
    after.runs.length !== runs.length ||
    after.runs.some(
      (run, i) => run.id !== runs[i]!.id || run.at !== runs[i]!.at || run.wait?.for !== runs[i]!.wait?.for,
    ) ||
    after.triggers.some((trigger, i) => markOf(trigger) !== markOf(before?.triggers[i]))
  );
}

function markOf(trigger: TriggerState | undefined): number | boolean | null {
  if (!trigger) return false;
  return 'dueMs' in trigger ? trigger.dueMs : trigger.holds === true;
}

function noteWrite(
  effect: Effect,
  book: Rulebook,
  view: RulesView,
  writes: Map<string, readonly Write[]>,
  nowMs: number,
): void {
  if (effect.type !== 'publish') return;
  for (const [key, { yieldTo }] of book.things) {
    const write = writeTo(yieldTo, effect, nowMs);
    if (!write) continue;
    const known = (writes.get(key) ?? view.writes.get(key) ?? []).filter(({ untilMs }) => untilMs > nowMs);
    writes.set(key, [...known, write]);
  }
}

function stopTrace({ rule }: CompiledRule, nowMs: number): RuleTrace {
  const { actions, perMs } = rule.brake;
  return {
    rule: rule.id,
    atMs: nowMs,
    outcome: 'stopped',
    trigger: null,
    reason: `more than ${actions} actions in ${perMs / 1000} s, most of them of this rule: it is stopped until it is changed, or rules/reload is asked for`,
    camera: null,
    room: null,
    mood: null,
    conditions: [],
  };
}
