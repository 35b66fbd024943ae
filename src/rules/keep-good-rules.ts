import type { RuleText } from './parse-rules.ts';
import type { Rule } from './rule.ts';

/** Rules as they were read. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** By id, of faulty rules too. */
  readonly texts: ReadonlyMap<string, RuleText>;
  readonly brokenFiles: readonly string[];
}

/** The rules in force after files were read anew, and what became of those before. */
export interface MergedRules extends RuleSet {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Ids of rules whose last good version stays, as the new one is faulty. */
  readonly kept: readonly string[];
}

/**
 * All or nothing for each rule: the new version where it is good; the last good one where the new is faulty, or its whole
 * file is; none where the rule is written no more.
 */
export function keepGoodRules(before: RuleSet, read: RuleSet): MergedRules {
  const old = new Map(before.rules.map((rule) => [rule.id, rule]));
  const good = new Map(read.rules.map((rule) => [rule.id, rule]));
  const isKept = (id: string) => {
    const file = before.texts.get(id)?.file;
    return !good.has(id) && (read.texts.has(id) || (file !== undefined && read.brokenFiles.includes(file)));
  };
  const kept = [...old.keys()].filter(isKept);
  const ids = new Set([...read.texts.keys(), ...good.keys(), ...kept]);
  const rules = [...ids].flatMap((id) => good.get(id) ?? (kept.includes(id) ? old.get(id)! : []));
  const texts = new Map(
    [...ids].flatMap((id) => {
      const text = kept.includes(id) ? before.texts.get(id) : read.texts.get(id);
      return text ? [[id, text] as const] : [];
    }),
  );
  return {
    rules,
    texts,
    brokenFiles: read.brokenFiles,
    added: [...good.keys()].filter((id) => !old.has(id)),
    changed: [...good]
      .filter(([id, rule]) => old.has(id) && JSON.stringify(rule) !== JSON.stringify(old.get(id)))
      .map(([id]) => id),
    removed: [...old.keys()].filter((id) => !good.has(id) && !kept.includes(id)),
    kept,
  };
}
