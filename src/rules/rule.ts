import type { Mood, MoodName, MoodUpdate } from '../mood/mood.ts';

/** Numbers of a mood that rules can compare; `people` is the count of visible faces. */
export const ATTRIBUTES = ['valence', 'arousal', 'confidence', 'people'] as const;

export type Attribute = (typeof ATTRIBUTES)[number];

/** Monday to Sunday, as Home Assistant writes them. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A camera, a room when only `room` is set, the whole home when neither is. */
export interface Place {
  readonly camera: string | null;
  readonly room: string | null;
}

/** Limits of a number, either of which may be missing; the limits themselves are outside. */
export interface Limits {
  readonly above: number | undefined;
  readonly below: number | undefined;
}

/** A time of day: seconds since local midnight, or so long after (negative: before) the sun rises or sets. */
export type Moment =
  { readonly secondOfDay: number } | { readonly sun: 'sunrise' | 'sunset'; readonly offsetMs: number };

/** The mood becomes one of `to`; without `to`, becomes another emotion. */
export interface MoodTrigger extends Place {
  readonly trigger: 'mood';
  /** The mood it must come from; anything when undefined. */
  readonly from: readonly MoodName[] | undefined;
  readonly to: readonly MoodName[] | undefined;
  readonly minConfidence: number;
  /** So long it must hold before the rule fires; 0 fires at once. */
  readonly forMs: number;
}

/** A number crosses into the range between `above` and `below`. */
export interface NumericTrigger extends Place, Limits {
  readonly trigger: 'numeric';
  readonly attribute: Attribute;
  /** So far past a limit, back outside, the number must be before it counts as outside again. */
  readonly hysteresis: number;
  readonly forMs: number;
}

/** Somebody becomes visible where nobody was, or nobody is left. */
export interface PresenceTrigger extends Place {
  readonly trigger: 'presence';
  readonly event: 'arrived' | 'left';
  readonly forMs: number;
}

/** What a message says: a value in it, compared in one or several ways; any message when none is given. */
export interface MessageMatch extends Limits {
  /** Steps into the JSON of the payload; the payload itself when undefined. */
  readonly path: readonly (string | number)[] | undefined;
  readonly is: readonly Json[] | undefined;
}

/** Somebody else's message says something. */
export interface MqttTrigger extends MessageMatch {
  readonly trigger: 'mqtt';
  /** A topic, or a filter with `+` and `#`. */
  readonly topic: string;
  /** So long no message may say otherwise. */
  readonly forMs: number;
}

/** A time of day, or every so often since local midnight. */
export interface TimeTrigger {
  readonly trigger: 'time';
  readonly at: readonly Moment[];
  readonly everyMs: number | undefined;
  readonly weekdays: readonly Weekday[] | undefined;
}

export type Trigger = MoodTrigger | NumericTrigger | PresenceTrigger | MqttTrigger | TimeTrigger;

/** Local time of day; past midnight when `after` is later than `before`. */
export interface TimeCondition {
  readonly condition: 'time';
  /** This second counts. */
  readonly after: Moment | undefined;
  /** This second no longer counts. */
  readonly before: Moment | undefined;
  /** Of the moment, also after midnight in a window that began the day before. */
  readonly weekdays: readonly Weekday[] | undefined;
}

export interface MoodCondition extends Place {
  readonly condition: 'mood';
  readonly is: readonly MoodName[];
  readonly minConfidence: number;
}

export interface NumericCondition extends Place, Limits {
  readonly condition: 'numeric';
  readonly attribute: Attribute;
}

export interface PresenceCondition extends Place {
  readonly condition: 'presence';
  readonly is: 'present' | 'absent';
}

/** What the last message on a topic said; unknown until one came. */
export interface MqttCondition extends MessageMatch {
  readonly condition: 'mqtt';
  readonly topic: string;
}

/** `not` holds when none of its conditions does. */
export interface GroupCondition {
  readonly condition: 'and' | 'or' | 'not';
  readonly conditions: readonly Condition[];
}

export type Condition =
  TimeCondition | MoodCondition | NumericCondition | PresenceCondition | MqttCondition | GroupCondition;

export interface PublishAction {
  readonly action: 'mqtt.publish';
  readonly topic: string;
  /** Text is sent as it is, anything else as JSON; text may hold `{{ mood.confidence }}`. */
  readonly payload: Json;
  readonly retain: boolean;
  readonly qos: 0 | 1 | 2;
}

export interface HttpAction {
  readonly action: 'http.request';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** May hold values behind its host. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent: JSON, or text as it is; nothing when undefined. */
  readonly body: { readonly json: Json } | { readonly text: string } | undefined;
  readonly timeoutMs: number;
  /** So often it is tried again, each time after twice the wait, from `backoffMs` on. */
  readonly retries: number;
  readonly backoffMs: number;
}

export interface LogAction {
  readonly action: 'log';
  readonly message: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}

export interface DelayAction {
  readonly action: 'delay';
  readonly forMs: number;
}

/** Goes on when one of the triggers fires, or when it has waited in vain. */
export interface WaitAction {
  readonly action: 'wait_for';
  readonly triggers: readonly Trigger[];
  readonly timeoutMs: number;
  /** False ends the run after waiting in vain. */
  readonly continueOnTimeout: boolean;
}

/** The first option whose conditions all hold, else the default. */
export interface ChooseAction {
  readonly action: 'choose';
  readonly options: readonly { readonly conditions: readonly Condition[]; readonly actions: readonly Action[] }[];
  readonly otherwise: readonly Action[];
}

/** A named list of actions, put in its place. */
export interface SceneAction {
  readonly action: 'scene';
  readonly scene: string;
  readonly actions: readonly Action[];
}

export type Action = PublishAction | HttpAction | LogAction | DelayAction | WaitAction | ChooseAction | SceneAction;

/** Leaves a thing alone for a time after a person, and not a rule, has changed it. */
export interface YieldTo {
  /** Where the thing tells its state. */
  readonly topic: string;
  /** Where it takes commands; the topic itself and what lies below it when undefined. */
  readonly command: string | undefined;
  /** The value that counts; when undefined, whatever rules write, and `state`. */
  readonly path: readonly (string | number)[] | undefined;
  readonly forMs: number;
}

export const MODES = ['single', 'restart', 'queued', 'parallel'] as const;

export interface Rule {
  readonly id: string;
  readonly alias: string | undefined;
  /** Any of them starts the rule. */
  readonly triggers: readonly Trigger[];
  /** All of them must hold at that moment. */
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
  /** What happens when it fires while it still runs. */
  readonly mode: (typeof MODES)[number];
  /** So many runs at once (parallel), or running and waiting (queued). */
  readonly max: number;
  /** So long after a firing the rule stays quiet. */
  readonly cooldownMs: number;
  /** Whether each camera, room or home that triggers has a cooldown of its own. */
  readonly cooldownPer: 'rule' | 'camera';
  readonly yieldTo: YieldTo | undefined;
  /** Fires, cools down and is traced as if, but acts on nothing. */
  readonly dryRun: boolean;
  /** Windows of time in which it does nothing. */
  readonly quiet: readonly TimeCondition[];
  /** At most so many actions of all rules in that time. */
  readonly brake: Brake;
}

export interface Brake {
  readonly actions: number;
  readonly perMs: number;
}

export const DEFAULT_BRAKE: Brake = { actions: 60, perMs: 60_000 };

/** A message of a topic that rules listen to. */
export interface MqttMessage {
  /** The filter that brought it. */
  readonly filter: string;
  readonly topic: string;
  readonly payload: string;
  /** It was there before, or may have come before: a fact, not something that happens now. */
  readonly replayed: boolean;
}

/** What rules are told; `time` only that it has passed. */
export type RuleInput =
  | { readonly type: 'mood'; readonly update: MoodUpdate }
  | { readonly type: 'mqtt'; readonly message: MqttMessage }
  | { readonly type: 'http'; readonly result: HttpResult }
  | { readonly type: 'time' };

/** How a request ended. */
export interface HttpResult {
  readonly rule: string;
  readonly run: number;
  /** From 1. */
  readonly attempt: number;
  readonly ok: boolean;
  /** `204`, or in words why it failed. */
  readonly detail: string;
}

/** What is to be done, with all values filled in. */
export type Effect =
  | {
      readonly type: 'publish';
      readonly rule: string;
      readonly topic: string;
      readonly payload: string;
      readonly retain: boolean;
      readonly qos: 0 | 1 | 2;
    }
  | {
      readonly type: 'log';
      readonly rule: string;
      readonly message: string;
      readonly level: LogAction['level'];
    }
  | {
      readonly type: 'http';
      readonly rule: string;
      readonly run: number;
      readonly attempt: number;
      readonly request: HttpAction;
    };

export type TraceOutcome =
  | 'fired'
  /** Would have, but for `dry_run`. */
  | 'dry_run'
  | 'waiting'
  /** `for` was not fulfilled, or a run ended before its time. */
  | 'cancelled'
  | 'cooldown'
  | 'condition'
  | 'quiet'
  /** A person has changed the thing that it yields to. */
  | 'yielded'
  /** It still runs, and its mode lets no other run begin. */
  | 'busy'
  | 'queued'
  /** Its time passed while nobody was there to see. */
  | 'missed'
  /** The brake. */
  | 'stopped'
  /** An action could not be done. */
  | 'failed';

/** Why a rule fired, or why it did not although something stirred. */
export interface RuleTrace extends Place {
  readonly rule: string;
  readonly atMs: number;
  readonly outcome: TraceOutcome;
  /** Index of the trigger in the rule, those of `any_of` counted one by one; null when it is not about one. */
  readonly trigger: number | null;
  /** A sentence for people. */
  readonly reason: string;
  /** The mood that decided; its `scores` are those of the frames up to its `atMs`. Null when none did. */
  readonly mood: Mood | null;
  /** The conditions that were looked at, in their order, up to the first that does not hold. */
  readonly conditions: readonly ConditionTrace[];
}

export interface ConditionTrace {
  readonly condition: Condition['condition'];
  /** Null when nobody knows, as of a mood that is stale. */
  readonly holds: boolean | null;
  /** What was found, in words. */
  readonly found: string;
}

/** What set a run going; its values fill the templates. */
export interface Cause extends Place {
  /** Index in the rule. */
  readonly trigger: number;
  readonly kind: Trigger['trigger'];
  readonly atMs: number;
  /** The mood of the place; of a time or a message the home's, when it is fresh. */
  readonly mood: Mood | null;
  readonly topic: string | null;
  /** What the message said. */
  readonly value: Json | null;
}
