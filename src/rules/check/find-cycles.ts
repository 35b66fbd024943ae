import { filterMatches } from '../../publish/topic-filter.ts';
import { messageMatches } from '../match-message.ts';
import type { Json, MqttTrigger, PublishAction, Rule } from '../rule.ts';
import { allActions } from '../rulebook.ts';

/** Ids of rules that can start each other in a ring, the shortest ring for each rule; one id is a rule that starts itself. */
export function findCycles(rules: readonly Rule[]): string[][] {
  const starts = new Map(rules.map((rule) => [rule.id, startedBy(rule, rules)]));
  const rings = new Map<string, string[]>();
  for (const { id } of rules) {
    const ring = shortestRing(id, starts);
    const key = ring && [...ring].sort().join(' ');
    if (key !== undefined && !rings.has(key)) rings.set(key, ring!);
  }
  return [...rings.values()];
}

function shortestRing(from: string, starts: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const paths: string[][] = [[from]];
  const seen = new Set<string>();
  for (let path = paths.shift(); path; path = paths.shift()) {
    for (const next of starts.get(path.at(-1)!) ?? []) {
      if (next === from) return path;
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}

function startedBy(rule: Rule, rules: readonly Rule[]): string[] {
  if (rule.dryRun) return [];
  const messages = allActions(rule.actions).filter((one): one is PublishAction => one.action === 'mqtt.publish');
  if (messages.length === 0) return [];
  return rules
    .filter(({ triggers }) =>
      triggers.some((trigger) => trigger.trigger === 'mqtt' && messages.some((message) => mayStart(message, trigger))),
    )
    .map(({ id }) => id);
}

/** Whether a message may make a trigger fire: by itself, or as what it commands (`lamp/set`) shows on `lamp`. */
function mayStart({ topic, payload }: PublishAction, trigger: MqttTrigger): boolean {
  const shown = /^(.+)\/set(?:\/.*)?$/.exec(topic)?.[1];
  const reaches = filterMatches(trigger.topic, topic) || (shown !== undefined && filterMatches(trigger.topic, shown));
  if (!reaches) return false;
  // With values in it, it may say anything; a value that it does not name may be as it is.
  if (JSON.stringify(payload).includes('{{')) return true;
  const [key] = trigger.path ?? [];
  const names = typeof payload === 'object' && payload !== null && key !== undefined && Object.hasOwn(payload, key);
  if (!filterMatches(trigger.topic, topic) && !names) return true;
  return messageMatches(trigger, asText(payload));
}

function asText(payload: Json): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
