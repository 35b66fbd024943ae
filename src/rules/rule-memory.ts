import type { RecentAction } from './brake.ts';
import { DueQueue } from './due-queue.ts';
import { evaluate, type Evaluation, type RulesView } from './evaluate.ts';
import type { Write } from './own-writes.ts';
import type { PlaceState } from './places.ts';
import type { RuleInput } from './rule.ts';
import type { RuleState } from './rule-state.ts';
import type { Rulebook } from './rulebook.ts';
import type { TopicState } from './scene.ts';

export interface MemoryOptions {
  /** Conditions on messages that were never heard hold; for rehearsals. */
  readonly assumeMessages?: boolean;
  /** What is known of rules from before, and until when what waited is bridged; see `resumeRules`. */
  readonly rules?: ReadonlyMap<string, RuleState>;
  readonly recent?: readonly RecentAction[];
  readonly bridgeUntilMs?: number;
}

/**
 * What rules remember between two steps, and which of them is due next. It knows no clock and does nothing: it keeps
 * what `evaluate` gives. Evaluating costs the rules that are looked at; so must keeping, hence maps that change.
 */
export class RuleMemory implements RulesView {
  readonly places = new Map<string, PlaceState>();
  readonly topics = new Map<string, TopicState>();
  readonly writes = new Map<string, readonly Write[]>();
  readonly rules: Map<string, RuleState>;
  readonly bridgeUntilMs: number;
  readonly assumeMessages: boolean;
  recent: readonly RecentAction[];
  atMs: number;
  readonly #due = new DueQueue();
  #book: Rulebook;

  /** All that waits or looks at the clock is due at once, so that its time is worked out with the first step. */
  constructor(book: Rulebook, nowMs: number, options: MemoryOptions = {}) {
    this.#book = book;
    this.atMs = nowMs;
    this.rules = new Map(options.rules ?? []);
    this.recent = options.recent ?? [];
    this.bridgeUntilMs = options.bridgeUntilMs ?? 0;
    this.assumeMessages = options.assumeMessages ?? false;
    for (const { rule } of book.rules.values()) {
      if (this.rules.has(rule.id) || rule.triggers.some(({ trigger }) => trigger === 'time'))
        this.#due.set(rule.id, nowMs);
    }
  }

  get book(): Rulebook {
    return this.#book;
  }

  /** When to step again if no input comes before; undefined when nothing waits. */
  get nextMs(): number | undefined {
    return this.#due.next();
  }

  dueAt(nowMs: number): readonly string[] {
    return this.#due.upTo(nowMs);
  }

  waiting(): Iterable<string> {
    return this.#due.ids();
  }

  /** Evaluates an input and keeps what comes of it. */
  step(input: RuleInput, nowMs: number): Evaluation {
    const evaluation = evaluate(this.#book, this, input, nowMs);
    this.atMs = nowMs;
    this.recent = evaluation.recent;
    if (evaluation.place) this.places.set(...evaluation.place);
    if (evaluation.topic) this.topics.set(...evaluation.topic);
    for (const [key, writes] of evaluation.writes) this.writes.set(key, writes);
    for (const [id, { state, dueMs }] of evaluation.rules) {
      this.rules.set(id, state);
      this.#due.set(id, dueMs);
    }
    return evaluation;
  }

  /** Goes on with other rules; `rules` is what is known of them, all else stays as it is. */
  replace(book: Rulebook, rules: ReadonlyMap<string, RuleState>): void {
    for (const id of this.#book.rules.keys()) this.#due.set(id, Infinity);
    this.#book = book;
    this.rules.clear();
    for (const [id, state] of rules) this.rules.set(id, state);
    for (const topic of this.topics.keys()) if (!book.topics.has(topic)) this.topics.delete(topic);
    for (const key of this.writes.keys()) if (!book.things.has(key)) this.writes.delete(key);
    for (const { rule } of book.rules.values()) {
      if (rules.has(rule.id) || rule.triggers.some(({ trigger }) => trigger === 'time'))
        this.#due.set(rule.id, this.atMs);
    }
  }
}
