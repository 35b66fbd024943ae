import path from 'node:path';
import { findRuleWarnings } from '../rules/check/find-rule-warnings.ts';
import { parseRules, type RuleSurroundings, type RuleText } from '../rules/parse-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { valueAt } from './explain-issue.ts';
import { type Fault, sortFaults } from './fault.ts';
import { SECRETS_FOLDER } from './read-secrets.ts';
import { fillSource, type Origins } from './read-source.ts';
import { readText } from './read-text.ts';
import { pathBeside } from './resolve-config.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface ReadRules {
  readonly rules: readonly Rule[];
  /** By id, of faulty rules too. */
  readonly texts: ReadonlyMap<string, RuleText>;
  /** Files of which nothing could be read but faults. */
  readonly brokenFiles: readonly string[];
  /** Of the rules. */
  readonly faults: readonly Fault[];
  /** Of the configuration: a file that it names is not to be had. */
  readonly configFaults: readonly Fault[];
  /** The files that were read. */
  readonly files: readonly string[];
}

/** What is read when the configuration names no files. */
export const DEFAULT_RULES_FILE = 'rules.yaml';

/**
 * Reads the rules files that a configuration names; `rules.yaml` beside it, if it is there, when it names none. The names
 * are taken from the written data, so that rules are looked at even when other parts of the configuration are faulty.
 */
export async function readRules(
  config: YamlSource,
  origins: Origins,
  known: Omit<RuleSurroundings, 'taken'>,
): Promise<ReadRules> {
  const written = config.broken ? undefined : valueAt(config.value(), ['rules']);
  const names = (Array.isArray(written) ? written : [written ?? DEFAULT_RULES_FILE]).filter(
    (name) => typeof name === 'string',
  );
  const taken = new Map<string, string>();
  const rules: Rule[] = [];
  const texts = new Map<string, RuleText>();
  const brokenFiles: string[] = [];
  const faults: Fault[] = [];
  const configFaults: Fault[] = [];
  const files: string[] = [];
  for (const [i, name] of names.entries()) {
    const file = pathBeside(config.file, name);
    const read = await (origins.read ?? readText)(file);
    if ('reason' in read) {
      brokenFiles.push(file);
      if (written !== undefined) configFaults.push(config.faultAt(['rules', i], `rules: ${name}: ${read.reason}`));
      continue;
    }
    files.push(file);
    const filled = await fillSource(read.text, file, origins);
    const parsed = parseRules(filled, { ...known, taken });
    faults.push(...filled.faults, ...parsed.faults);
    rules.push(...parsed.rules);
    if (!parsed.sound) brokenFiles.push(file);
    for (const { id } of parsed.rules) taken.set(id, file);
    for (const [id, text] of parsed.texts) if (!texts.has(id)) texts.set(id, text);
  }
  faults.push(...findRuleWarnings(rules, texts));
  return { rules, texts, brokenFiles, faults, configFaults, files };
}

/** One rules file by itself, for rehearsals: what it names of a configuration is taken to be there. */
export async function readRulesFile(
  file: string,
  env: Origins['env'],
): Promise<{ readonly rules: readonly Rule[]; readonly faults: readonly Fault[] }> {
  const read = await readText(file);
  if ('reason' in read)
    return { rules: [], faults: [{ file, line: 1, column: 1, message: read.reason, severity: 'error' }] };
  const filled = await fillSource(read.text, file, { env, folder: path.dirname(file), secretsFolder: SECRETS_FOLDER });
  const { rules, faults, texts } = parseRules(filled, UNKNOWN);
  return { rules, faults: [...filled.faults, ...faults, ...findRuleWarnings(rules, texts)] };
}

/** What a text says by itself, without looking at anything else: faults and warnings, in their order. */
export function checkRulesText(text: string, file: string, known: Omit<RuleSurroundings, 'taken'> = UNKNOWN): Fault[] {
  const source = readYaml(text, file);
  const parsed = parseRules({ source, filled: new Map(), faults: source.faults }, { ...known, taken: new Map() });
  return sortFaults([...source.faults, ...parsed.faults, ...findRuleWarnings(parsed.rules, parsed.texts)]);
}

const UNKNOWN: RuleSurroundings = {
  cameras: undefined,
  rooms: undefined,
  baseTopic: 'home/emotion',
  hasLocation: undefined,
  taken: new Map(),
};
