import type { MoodUpdate } from '../mood/mood.ts';
import type { LocalClock } from './local-clock.ts';
import type { Effect, HttpResult, Rule, RuleInput, RuleTrace, TraceOutcome } from './rule.ts';
import { RuleMemory } from './rule-memory.ts';
import { allActions, allConditions, createRulebook } from './rulebook.ts';

/** A rule that fired, or would but for `dry_run`. */
export interface Firing {
  readonly rule: string;
  readonly atMs: number;
  readonly reason: string;
  /** What it did from then on, in words; none when it is dry. */
  readonly actions: string[];
}

/** How one rule did in a rehearsal. */
export interface RuleSummary {
  readonly rule: string;
  readonly fired: number;
  /** By the day of 24 hours. */
  readonly perDay: number;
  /** Longest time in which it did not fire, ms. */
  readonly longestQuietMs: number;
  /** How often something stirred and it did not fire, by what kept it. */
  readonly held: Readonly<Partial<Record<TraceOutcome, number>>>;
}

export interface Rehearsal {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly moods: number;
  readonly firings: readonly Firing[];
  readonly summaries: readonly RuleSummary[];
  /** Ids of rules with conditions on messages: a recording has none, so they were taken to hold. */
  readonly assumed: readonly string[];
  /** Ids of rules that wait for messages: a recording has none, so they were not heard. */
  readonly unheard: readonly string[];
}

/**
 * Plays recorded moods against rules on a virtual clock: as fast as it can be computed, and without doing anything.
 * Requests are taken to be answered at once. Moods that were recorded out of order (of two cameras, by some ms) come when
 * the newer one came.
 */
export class Rehearser {
  readonly #rules: readonly Rule[];
  readonly #memory: RuleMemory;
  readonly #traces: RuleTrace[] = [];
  readonly #firings: Firing[] = [];
  readonly #newest = new Map<string, Firing>();
  #fromMs: number | undefined;
  #nowMs = 0;
  #validUntilMs = 0;
  #moods = 0;

  constructor(rules: readonly Rule[], clock: LocalClock) {
    this.#rules = rules;
    this.#memory = new RuleMemory(createRulebook(rules, clock), 0, { assumeMessages: true });
  }

  /** A mood that was recorded. */
  see(update: MoodUpdate): void {
    const nowMs = Math.max(this.#nowMs, update.mood.atMs);
    if (this.#fromMs === undefined) {
      this.#fromMs = nowMs;
      this.#step({ type: 'time' }, nowMs);
    }
    this.#moods++;
    this.#passTo(nowMs);
    this.#step({ type: 'mood', update }, nowMs);
    this.#validUntilMs = Math.max(this.#validUntilMs, update.mood.validUntilMs);
  }

  /**
   * Nothing else was recorded up to a time. A mood that holds is not recorded again and again: what waits for it goes on for
   * as long as it is valid.
   */
  wait(untilMs: number): void {
    const reachMs = Math.min(untilMs, this.#validUntilMs);
    if (reachMs <= this.#nowMs) return;
    this.#passTo(reachMs);
    this.#step({ type: 'time' }, reachMs);
  }

  /** What came of it, up to the last mood, or as long as was waited after it. */
  end(): Rehearsal {
    const fromMs = this.#fromMs ?? 0;
    const untilMs = this.#nowMs;
    this.#passTo(untilMs);
    const asksMessages = ({ conditions, actions }: Rule) =>
      allConditions([
        ...conditions,
        ...allActions(actions).flatMap((one) =>
          one.action === 'choose' ? one.options.flatMap((option) => option.conditions) : [],
        ),
      ]).some(({ condition }) => condition === 'mqtt');
    return {
      fromMs,
      untilMs,
      moods: this.#moods,
      firings: this.#firings,
      summaries: this.#rules.map(({ id }) => this.#summary(id, fromMs, untilMs)),
      assumed: this.#rules.filter(asksMessages).map(({ id }) => id),
      unheard: this.#rules
        .filter(({ triggers }) => triggers.some(({ trigger }) => trigger === 'mqtt'))
        .map(({ id }) => id),
    };
  }

  /** All that falls due before a time. */
  #passTo(untilMs: number): void {
    for (let next = this.#memory.nextMs; next !== undefined && next < untilMs; next = this.#memory.nextMs)
      this.#step({ type: 'time' }, Math.max(next, this.#nowMs));
  }

  #step(input: RuleInput, nowMs: number): void {
    this.#nowMs = nowMs;
    const { effects, traces } = this.#memory.step(input, nowMs);
    const answers: HttpResult[] = [];
    for (const trace of traces) {
      this.#traces.push(trace);
      if (trace.outcome !== 'fired' && trace.outcome !== 'dry_run' && trace.outcome !== 'queued') continue;
      const { rule, atMs, reason } = trace;
      const firing = { rule, atMs, reason, actions: [] };
      this.#firings.push(firing);
      this.#newest.set(rule, firing);
    }
    for (const effect of effects) {
      this.#newest.get(effect.rule)?.actions.push(describeEffect(effect));
      if (effect.type !== 'http') continue;
      const { rule, run, attempt } = effect;
      answers.push({ rule, run, attempt, ok: true, detail: 'rehearsed' });
    }
    for (const result of answers) this.#step({ type: 'http', result }, nowMs);
  }

  #summary(rule: string, fromMs: number, untilMs: number): RuleSummary {
    const times = this.#firings.filter((firing) => firing.rule === rule).map(({ atMs }) => atMs);
    const marks = [fromMs, ...times, untilMs];
    const held: Partial<Record<TraceOutcome, number>> = {};
    for (const { rule: id, outcome } of this.#traces)
      if (id === rule && outcome !== 'fired' && outcome !== 'dry_run' && outcome !== 'waiting')
        held[outcome] = (held[outcome] ?? 0) + 1;
    const days = Math.max(1, untilMs - fromMs) / 86_400_000;
    return {
      rule,
      fired: times.length,
      perDay: times.length / days,
      longestQuietMs: Math.max(...marks.slice(1).map((mark, i) => mark - marks[i]!)),
      held,
    };
  }
}

/** `zigbee2mqtt/lamp/set {"brightness":120}`, `POST http://music.local/play`, `log: hello`. */
function describeEffect(effect: Effect): string {
  if (effect.type === 'publish') return `${effect.topic} ${effect.payload}`;
  return effect.type === 'log' ? `log: ${effect.message}` : `${effect.request.method} ${effect.request.url}`;
}

/** What two rehearsals of one recording, or a rehearsal and what really happened, do not have in common. */
export interface Difference {
  readonly atMs: number;
  readonly rule: string;
  readonly only: 'here' | 'there';
  readonly reason: string;
}

type Compared = Pick<Firing, 'rule' | 'atMs' | 'reason'>;

/** Firings of one side alone, in order of time; of one rule, two that are at most `slackMs` apart are the same. */
export function compareFirings(here: readonly Compared[], there: readonly Compared[], slackMs: number): Difference[] {
  const left = [...there];
  const differences: Difference[] = [];
  for (const { rule, atMs, reason } of here) {
    const same = left.findIndex((one) => one.rule === rule && Math.abs(one.atMs - atMs) <= slackMs);
    if (same >= 0) left.splice(same, 1);
    else differences.push({ atMs, rule, only: 'here', reason });
  }
  for (const { rule, atMs, reason } of left) differences.push({ atMs, rule, only: 'there', reason });
  return differences.sort((a, b) => a.atMs - b.atMs);
}
