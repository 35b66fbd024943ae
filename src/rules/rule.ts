import type { Mood, MoodName, MoodUpdate } from '../mood/mood.ts';

/** Numbers of a mood that rules can compare; `people` is the count of visible faces. */
export const ATTRIBUTES = ['valence', 'arousal', 'confidence', 'people'] as const;

export type Attribute = (typeof ATTRIBUTES)[number];

/** Monday to Sunday, as Home Assistant writes them. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** The mood becomes one of `to`; without `to`, becomes another emotion. */
export interface MoodTrigger {
  readonly trigger: 'mood';
  /** A camera's name, or null for the whole home. */
  readonly camera: string | null;
  /** The mood it must come from; anything when undefined. */
  readonly from: readonly MoodName[] | undefined;
  readonly to: readonly MoodName[] | undefined;
  readonly minConfidence: number;
  /** So long it must hold before the rule fires; 0 fires at once. */
  readonly forMs: number;
}

/** A number crosses into the range between `above` and `below`. */
export interface NumericTrigger {
  readonly trigger: 'numeric';
  readonly camera: string | null;
  readonly attribute: Attribute;
  readonly above: number | undefined;
  readonly below: number | undefined;
  /** So far past a limit, back outside, the number must be before it counts as outside again. */
  readonly hysteresis: number;
  readonly forMs: number;
}

export type Trigger = MoodTrigger | NumericTrigger;

/** Local time of day; past midnight when `afterS` is later than `beforeS`. */
export interface TimeCondition {
  readonly condition: 'time';
  /** Seconds since local midnight; this second counts. */
  readonly afterS: number | undefined;
  /** Seconds since local midnight; this second no longer counts. */
  readonly beforeS: number | undefined;
  readonly weekdays: readonly Weekday[] | undefined;
}

export interface MoodCondition {
  readonly condition: 'mood';
  readonly camera: string | null;
  readonly is: readonly MoodName[];
  readonly minConfidence: number;
}

export interface NumericCondition {
  readonly condition: 'numeric';
  readonly camera: string | null;
  readonly attribute: Attribute;
  readonly above: number | undefined;
  readonly below: number | undefined;
}

export type Condition = TimeCondition | MoodCondition | NumericCondition;

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface PublishAction {
  readonly action: 'mqtt.publish';
  readonly topic: string;
  /** Text is sent as it is, anything else as JSON; text may hold `{{ mood.confidence }}`. */
  readonly payload: Json;
  readonly retain: boolean;
  readonly qos: 0 | 1 | 2;
}

export interface LogAction {
  readonly action: 'log';
  readonly message: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}

export type Action = PublishAction | LogAction;

export interface Rule {
  readonly id: string;
  readonly alias: string | undefined;
  /** Any of them starts the rule. */
  readonly triggers: readonly Trigger[];
  /** All of them must hold at that moment. */
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
  /** So long after a firing the rule stays quiet. */
  readonly cooldownMs: number;
  /** Fires, cools down and is traced as if, but acts on nothing. */
  readonly dryRun: boolean;
}

/** What rules are told: a mood, or only that time has passed. */
export type RuleInput = { readonly type: 'mood'; readonly update: MoodUpdate } | { readonly type: 'time' };

/** Why a rule fired, or why it did not although one of its triggers stirred. */
export interface RuleTrace {
  readonly rule: string;
  readonly atMs: number;
  readonly outcome: 'fired' | 'dry_run' | 'cooldown' | 'condition' | 'waiting' | 'cancelled';
  /** Index of the trigger in the rule. */
  readonly trigger: number;
  /** A sentence for people. */
  readonly reason: string;
  readonly camera: string | null;
  /** The mood that decided. */
  readonly mood: Mood;
}

/** What became of one rule: the actions to run, none unless it fired, and the trace. */
export interface RuleOutcome {
  readonly rule: Rule;
  /** With the values of the triggering mood filled in. */
  readonly actions: readonly Action[];
  readonly trace: RuleTrace;
}
