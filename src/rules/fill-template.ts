import { unknownWord } from '../config/nearest-key.ts';
import type { Mood } from '../mood/mood.ts';
import type { Cause, Json } from './rule.ts';

// Templates are a look-up of names and no language. The logic-less libraries (Mustache and its kin) make text only and
// escape it for HTML; here a payload that is one value must stay the number it is, and an unknown name is a fault of the
// file rather than an empty text at night.

/** What a template can name: what set the rule going, and whose rule it is. Paths, nothing that executes. */
export interface TemplateValues {
  readonly cause: Cause;
  readonly rule: string;
}

/** Stands for a value that is not known, such as the mood when a time fired and no mood is fresh. */
const UNKNOWN = 'unknown';

const ofMood =
  (value: (mood: Mood) => Json) =>
  ({ cause: { mood } }: TemplateValues): Json =>
    mood ? value(mood) : UNKNOWN;

const VALUES: Readonly<Record<string, (values: TemplateValues) => Json>> = {
  'mood.mood': ofMood(({ mood }) => mood ?? 'nobody'),
  'mood.confidence': ofMood(({ confidence }) => round(confidence)),
  'mood.valence': ofMood(({ valence }) => round(valence)),
  'mood.arousal': ofMood(({ arousal }) => round(arousal)),
  'mood.faces': ofMood(({ faces }) => faces),
  'mood.since': ofMood(({ sinceMs }) => new Date(sinceMs).toISOString()),
  'mood.at': ofMood(({ atMs }) => new Date(atMs).toISOString()),
  camera: ({ cause }) => cause.camera ?? 'home',
  room: ({ cause }) => cause.room ?? UNKNOWN,
  rule: ({ rule }) => rule,
  'trigger.kind': ({ cause }) => cause.kind,
  'trigger.at': ({ cause }) => new Date(cause.atMs).toISOString(),
  'trigger.topic': ({ cause }) => cause.topic ?? UNKNOWN,
  'trigger.value': ({ cause }) => cause.value ?? UNKNOWN,
};

const TEMPLATE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Why a text cannot be filled, or undefined when it can; texts without `{{` always can. */
export function templateFault(text: string): string | undefined {
  if (text.includes('{{{')) return 'a value stands between two braces, not three';
  for (const [, name] of text.matchAll(TEMPLATE)) {
    if (!Object.hasOwn(VALUES, name!)) return unknownWord('value', name!, Object.keys(VALUES));
  }
  return text.replace(TEMPLATE, '').includes('{{') ? '`{{` has no matching `}}`' : undefined;
}

/** Replaces the values in every text; a text that is one value and nothing else becomes that value, number or text. */
export function fillJson(json: Json, values: TemplateValues): Json {
  if (typeof json === 'string') return fillWhole(json, values);
  if (Array.isArray(json)) return (json as readonly Json[]).map((item) => fillJson(item, values));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, fillJson(item, values)]));
}

/** Replaces the values in a text; `encode` makes each fit where it stands, as in an address. */
export function fillText(text: string, values: TemplateValues, encode = (value: string) => value): string {
  return text.replace(TEMPLATE, (match, name: string) => {
    const value = VALUES[name]?.(values);
    return value === undefined ? match : encode(typeof value === 'string' ? value : JSON.stringify(value));
  });
}

function fillWhole(text: string, values: TemplateValues): Json {
  const whole = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(text)?.[1];
  if (whole !== undefined) return VALUES[whole]?.(values) ?? text;
  return fillText(text, values);
}

/** Three digits: more would pretend a precision that no camera gives. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
