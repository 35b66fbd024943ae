import type { Run } from './run.ts';
import type { TriggerState } from './triggers/trigger-state.ts';

/** What is remembered of one rule; plain data that survives JSON. Times are by our clock, ms since the Unix epoch. */
export interface RuleState {
  /** Of the rule that this was remembered of; another one begins anew. */
  readonly fingerprint: string;
  readonly triggers: readonly TriggerState[];
  /** When it fired last: by place for cooldowns of each camera, else under the empty name. */
  readonly fired: Readonly<Record<string, number>>;
  /** Since when it leaves a thing alone that a person has changed. */
  readonly yieldsSinceMs: number | null;
  /** Since when the brake has stopped it. */
  readonly stoppedMs: number | null;
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** Number of the next run. */
  readonly nextRun: number;
}

/** Of a rule that nothing has happened to. */
export function newRuleState(fingerprint: string): RuleState {
  return { fingerprint, triggers: [], fired: {}, yieldsSinceMs: null, stoppedMs: null, runs: [], nextRun: 1 };
}
