import type { RuleTrace } from './rule.ts';

/** So many traces of each rule are kept. */
export const KEPT_TRACES = 20;

/** The last traces of each rule, the newest first. */
export class TraceLog {
  readonly #byRule = new Map<string, RuleTrace[]>();

  add(trace: RuleTrace): void {
    const known = this.#byRule.get(trace.rule) ?? [];
    this.#byRule.set(trace.rule, [trace, ...known].slice(0, KEPT_TRACES));
  }

  of(rule: string): readonly RuleTrace[] {
    return this.#byRule.get(rule) ?? [];
  }

  /** Forgets rules that are gone. */
  keep(rules: ReadonlySet<string>): void {
    for (const rule of this.#byRule.keys()) if (!rules.has(rule)) this.#byRule.delete(rule);
  }
}
