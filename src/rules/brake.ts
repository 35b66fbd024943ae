import type { Brake } from './rule.ts';

/** One action that was done lately. */
export interface RecentAction {
  readonly rule: string;
  readonly atMs: number;
}

/**
 * The brake of the whole home: too many actions in a short time are a loop, whatever the rules were meant to do. The rule
 * that did most of them is the one to stop, not the one that happens to come next.
 */
export class BrakeWindow {
  #recent: RecentAction[];
  readonly #nowMs: number;

  constructor(recent: readonly RecentAction[], nowMs: number) {
    this.#recent = [...recent];
    this.#nowMs = nowMs;
  }

  get recent(): readonly RecentAction[] {
    return this.#recent;
  }

  /** Counts an action of a rule; the rule that must stop, when it is one too many: it is then not to be done if it is its. */
  count(rule: string, { actions, perMs }: Brake): string | undefined {
    const sinceMs = this.#nowMs - perMs;
    const lately = this.#recent.filter(({ atMs }) => atMs > sinceMs && atMs <= this.#nowMs);
    if (lately.length < actions) {
      this.#recent = [...lately, { rule, atMs: this.#nowMs }];
      return undefined;
    }
    const counts = new Map<string, number>([[rule, 1]]);
    for (const { rule: one } of lately) counts.set(one, (counts.get(one) ?? 0) + 1);
    let most = rule;
    for (const [one, count] of counts) if (count > counts.get(most)!) most = one;
    this.#recent = lately.filter((action) => action.rule !== most);
    if (most !== rule) this.#recent.push({ rule, atMs: this.#nowMs });
    return most;
  }
}
