import type { RuleTrace } from '../rules/rule.ts';
import { moodPayload } from './payload.ts';

/** So many earlier outcomes stand in each payload. */
const LAST = 10;

/**
 * Why a rule fired, or did not although something stirred: the newest trace, with the mood that decided and the scores
 * it was made of, and in `last` what became of the rule before, the newest first.
 */
export function rulePayload(trace: RuleTrace, earlier: readonly RuleTrace[] = []): string {
  const last = earlier.slice(0, LAST).map(({ atMs, outcome, reason }) => ({ at: isoTime(atMs), outcome, reason }));
  return JSON.stringify({ ...traceFields(trace), last });
}

/** A trace as it stands in responses and payloads. */
export function traceFields({ rule, atMs, outcome, trigger, reason, camera, room, mood, conditions }: RuleTrace) {
  return {
    rule,
    outcome,
    reason,
    trigger,
    camera,
    room,
    mood: mood && mood.mood,
    confidence: mood && Math.round(mood.confidence * 1e4) / 1e4,
    seen: mood && (JSON.parse(moodPayload(mood)) as unknown),
    conditions,
    at: isoTime(atMs),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
