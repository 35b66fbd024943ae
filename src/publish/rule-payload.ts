import type { RuleTrace } from '../rules/rule.ts';

/** Why a rule fired, or did not although one of its triggers stirred. */
export function rulePayload({ rule, atMs, outcome, trigger, reason, camera, mood }: RuleTrace): string {
  return JSON.stringify({
    rule,
    outcome,
    reason,
    trigger,
    camera,
    mood: mood.mood,
    confidence: Math.round(mood.confidence * 1e4) / 1e4,
    at: new Date(atMs).toISOString(),
  });
}
