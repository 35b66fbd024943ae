import type { MoodUpdate } from '../mood/mood.ts';
import type { RuleTrace } from '../rules/rule.ts';

/** A mood that was reported, of a camera, a room or the home. */
export interface MoodRecord {
  readonly type: 'mood';
  /** When it was decided, ms since the Unix epoch. */
  readonly atMs: number;
  readonly update: MoodUpdate;
}

/** A rule that fired, or would have but for `dry_run`. */
export interface RuleRecord {
  readonly type: 'rule';
  readonly atMs: number;
  readonly rule: string;
  readonly outcome: Extract<RuleTrace['outcome'], 'fired' | 'dry_run'>;
  readonly reason: string;
}

/** One line of a history. There is none for pictures: they are never kept. */
export type HistoryRecord = MoodRecord | RuleRecord;
