import { checkData, newFaults } from '../config/check-data.ts';
import { valueAt } from '../config/explain-issue.ts';
import type { Fault } from '../config/fault.ts';
import type { FilledSource } from '../config/fill-placeholders.ts';
import { unknownWord } from '../config/nearest-key.ts';
import type { Path, YamlSource } from '../config/yaml-source.ts';
import type { Rule } from './rule.ts';
import { ruleSchema, rulesFileSchema } from './rule-schema.ts';

/** What rules may refer to, and what they may not use twice. */
export interface RuleSurroundings {
  /** Names of the cameras; undefined when the configuration is too faulty to know. */
  readonly cameras: readonly string[] | undefined;
  readonly baseTopic: string;
  /** Ids of rules in files read before, with the file. */
  readonly taken: ReadonlyMap<string, string>;
}

/**
 * The good rules of a file, in their order, and what is wrong with the others, which are left out; so are those that
 * hold one of the faults found before. Broken YAML and a faulty frame give no rules. Of two rules with one id the first
 * counts.
 */
export function parseRules(
  { source, filled, faults: earlier }: FilledSource,
  surroundings: RuleSurroundings,
): { rules: Rule[]; faults: Fault[] } {
  if (source.broken) return { rules: [], faults: [] };
  const data = source.value();
  const frame = checkData(rulesFileSchema, data ?? {}, source, { filled });
  const ids = new Map(surroundings.taken);
  const rules: Rule[] = [];
  const faults = [...frame.faults];
  // Rules are looked at even when the frame is faulty, so that all faults come at once.
  const written = valueAt(data, ['rules']);
  for (const [i, one] of (Array.isArray(written) ? written : []).entries()) {
    const path = ['rules', i];
    const inside = source.faultsWithin(path, earlier);
    const { value: rule, faults: found } = checkData(ruleSchema, one, source, {
      base: path,
      filled,
      title: titleOf(one, i),
    });
    const own = [
      ...newFaults(found, inside),
      ...(rule ? referenceFaults(rule, path, source, surroundings) : []),
      ...idFaults(one, path, source, ids),
    ];
    faults.push(...own);
    if (rule && [...inside, ...own].every(({ severity }) => severity === 'warning')) rules.push(rule);
  }
  return { rules: frame.value ? rules : [], faults };
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

function referenceFaults(
  rule: Rule,
  base: Path,
  source: YamlSource,
  { cameras, baseTopic }: RuleSurroundings,
): Fault[] {
  const faults: Fault[] = [];
  const title = `rule \`${rule.id}\``;
  const checkCamera = (camera: string | null, path: Path) => {
    if (camera === null || !cameras || cameras.includes(camera)) return;
    faults.push(source.faultAt([...base, ...path, 'camera'], `${title}: ${unknownWord('camera', camera, cameras)}`));
  };
  rule.triggers.forEach((trigger, i) => {
    checkCamera(trigger.camera, ['triggers', i]);
  });
  rule.conditions.forEach((condition, i) => {
    if (condition.condition !== 'time') checkCamera(condition.camera, ['conditions', i]);
  });
  rule.actions.forEach((action, i) => {
    if (action.action !== 'mqtt.publish' || !isOurs(action.topic, baseTopic)) return;
    const message = `${title}: publishes into moodstat’s own topics`;
    faults.push(source.faultAt([...base, 'actions', i, 'topic'], message, 'warning'));
  });
  return faults;
}

/** Below our base topic, where only requests and switches are meant to be written by others. */
function isOurs(topic: string, baseTopic: string): boolean {
  if (topic !== baseTopic && !topic.startsWith(`${baseTopic}/`)) return false;
  return !topic.endsWith('/enabled/set') && !topic.startsWith(`${baseTopic}/bridge/request/`);
}
