import type { Fault } from '../../config/fault.ts';
import type { RuleText } from '../parse-rules.ts';
import type { Rule } from '../rule.ts';
import { findCycles } from './find-cycles.ts';
import { findFights } from './find-fights.ts';
import { findUnreachable } from './find-unreachable.ts';

/** What is well written and yet hardly meant: rules that never act, start each other in a ring, or fight over a topic. */
export function findRuleWarnings(rules: readonly Rule[], texts: ReadonlyMap<string, RuleText>): Fault[] {
  const warnings: Fault[] = [];
  const warn = (id: string, message: string) => {
    const { file, line, column } = texts.get(id) ?? { file: '', line: 1, column: 1 };
    warnings.push({ file, line, column, message: `rule \`${id}\`: ${message}`, severity: 'warning' });
  };
  for (const rule of rules) for (const why of findUnreachable(rule)) warn(rule.id, why);
  for (const ring of findCycles(rules)) {
    const [first = ''] = ring;
    const way = [...ring, first].map((id) => `\`${id}\``).join(' → ');
    warn(first, ring.length === 1 ? 'can start itself by what it publishes' : `can start itself by others: ${way}`);
  }
  for (const {
    rules: [one, other],
    topic,
  } of findFights(rules))
    warn(other, `fights with \`${one}\` over ${topic}: the same event starts both, and they say different things`);
  return warnings;
}
