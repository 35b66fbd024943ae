import { checkData, newFaults } from '../config/check-data.ts';
import { valueAt } from '../config/explain-issue.ts';
import type { Fault } from '../config/fault.ts';
import type { FilledSource } from '../config/fill-placeholders.ts';
import type { Path, YamlSource } from '../config/yaml-source.ts';
import { findReferenceFaults, type Known } from './find-reference-faults.ts';
import { inlineScenes, parseScenes } from './parse-scenes.ts';
import type { Rule } from './rule.ts';
import { ruleSchema, rulesFileSchema } from './rule-schema.ts';

/** What rules may refer to, and what they may not use twice. */
export interface RuleSurroundings extends Known {
  /** Ids of rules in files read before, with the file. */
  readonly taken: ReadonlyMap<string, string>;
}

/** Where a rule was written, and how; values from elsewhere (`!secret`, `${NAME}`) as they stand in the file. */
export interface RuleText {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

export interface ParsedRules {
  /** The good ones, in their order. */
  readonly rules: readonly Rule[];
  readonly faults: readonly Fault[];
  /** Of every rule that has an id, the faulty ones too. */
  readonly texts: ReadonlyMap<string, RuleText>;
  /** Whether the file as a whole could be read, so that a rule that is not in it is gone. */
  readonly sound: boolean;
}

/**
 * The good rules of a file, in their order, and what is wrong with the others, which are left out; so are those that
 * hold one of the faults found before. Broken YAML and a faulty frame give no rules. Of two rules with one id the first
 * counts.
 */
export function parseRules(
  { source, filled, faults: earlier }: FilledSource,
  surroundings: RuleSurroundings,
): ParsedRules {
  if (source.broken) return { rules: [], faults: [], texts: new Map(), sound: false };
  const data = source.value();
  const frame = checkData(rulesFileSchema, data ?? {}, source, { filled });
  const scenes = parseScenes({ source, filled, faults: earlier }, surroundings);
  const ids = new Map(surroundings.taken);
  const rules: Rule[] = [];
  const texts = new Map<string, RuleText>();
  const faults = [
    ...frame.faults,
    ...scenes.faults,
    ...findReferenceFaults(data, ['quiet_hours'], source, surroundings),
  ];
  // Rules are looked at even when the frame is faulty, so that all faults come at once.
  const written = valueAt(data, ['rules']);
  for (const [i, one] of (Array.isArray(written) ? written : []).entries()) {
    const path = ['rules', i];
    const title = titleOf(one, i);
    const inside = source.faultsWithin(path, earlier);
    const { value: rule, faults: found } = checkData(ruleSchema, one, source, { base: path, filled, title });
    const own = [
      ...newFaults(found, inside),
      ...(rule ? findReferenceFaults(data, path, source, { ...surroundings, scenes: scenes.known }, title) : []),
      ...idFaults(one, path, source, ids),
    ];
    faults.push(...own);
    const id: unknown = valueAt(one, ['id']);
    const text = source.textAt(path);
    if (typeof id === 'string' && text && !texts.has(id)) texts.set(id, { file: source.file, ...text });
    if (!rule || !frame.value || [...inside, ...own].some(({ severity }) => severity === 'error')) continue;
    const { quietHours, ...rest } = rule;
    rules.push({
      ...rest,
      actions: inlineScenes(rule.actions, scenes.good),
      quiet: quietHours ? frame.value.quiet_hours : [],
      brake: frame.value.brake,
    });
  }
  return { rules: frame.value ? rules : [], faults, texts, sound: frame.value !== undefined };
}

/** Notes the rule's id in `ids`, or finds it there already. */
function idFaults(rule: unknown, path: Path, source: YamlSource, ids: Map<string, string>): Fault[] {
  const id: unknown = valueAt(rule, ['id']);
  if (typeof id !== 'string') return [];
  const other = ids.get(id);
  if (other === undefined) ids.set(id, source.file);
  return other === undefined
    ? []
    : [source.faultAt([...path, 'id'], `rule \`${id}\`: this id is taken by a rule in ${other}`)];
}

function titleOf(rule: unknown, index: number): string {
  const id = valueAt(rule, ['id']);
  return typeof id === 'string' && id !== '' ? `rule \`${id.slice(0, 64)}\`` : `rule ${index + 1}`;
}
