import type { TraceOutcome } from '../../rules/rule.ts';

/** Something wrong in a file, and where; `file` is as `FileAnswer.name`. */
export interface FaultAnswer {
  readonly file: string;
  /** From 1, as `column`. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** A rules file. */
export interface FileAnswer {
  /** As the daemon calls it; the only names that can be written. */
  readonly name: string;
  readonly text: string;
  /** Of the text; null when there is no such file yet. */
  readonly hash: string | null;
}

/** What became of a rule, and why. */
export interface TraceAnswer {
  readonly at: string;
  readonly outcome: TraceOutcome;
  readonly reason: string;
  /** Whose mood decided. */
  readonly camera: string | null;
  readonly room: string | null;
  readonly conditions: readonly {
    readonly condition: string;
    readonly holds: boolean | null;
    readonly found: string;
  }[];
}

/** A rule in force. */
export interface RuleAnswer {
  readonly id: string;
  readonly alias: string | null;
  readonly dryRun: boolean;
  /** Where it is written; null when that is not known. */
  readonly file: string | null;
  readonly line: number | null;
  /** As it is written, secrets as they stand in the file. */
  readonly text: string | null;
  readonly last: TraceAnswer | null;
}

/** `GET /api/rules`. */
export interface RulesAnswer {
  readonly files: readonly FileAnswer[];
  readonly rules: readonly RuleAnswer[];
  /** Of the rules and, where they stop them, of the configuration. */
  readonly faults: readonly FaultAnswer[];
  /** Whether there is a history to try rules on. */
  readonly history: boolean;
}

/** `PUT /api/rules/file`, when it was saved and put in force. */
export interface SavedAnswer {
  readonly hash: string;
  /** The copy of what was there; null when nothing was. */
  readonly backup: string | null;
  /** Ids, since the rules before. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Warnings that are left. */
  readonly faults: readonly FaultAnswer[];
}

/** `POST /api/rules/try`: what a rule would have done. */
export interface TryAnswer {
  readonly rule: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly moods: number;
  /** The newest, in order of time. */
  readonly firings: readonly {
    readonly atMs: number;
    readonly reason: string;
    readonly actions: readonly string[];
    /** Whether it really fired then, by the history. */
    readonly real: boolean;
  }[];
  readonly fired: number;
  readonly perDay: number;
  readonly longestQuietMs: number;
  /** How often it did not although something stirred, by what kept it. */
  readonly held: Readonly<Partial<Record<TraceOutcome, number>>>;
  /** Times at which it really fired and would not have. */
  readonly missed: readonly number[];
  /** It asks for messages, which no history has: they were taken to hold. */
  readonly assumed: boolean;
  /** It waits for messages, which no history has: they were not heard. */
  readonly unheard: boolean;
}
