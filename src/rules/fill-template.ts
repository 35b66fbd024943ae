import { unknownWord } from '../config/nearest-key.ts';
import type { Mood } from '../mood/mood.ts';
import type { Action, Json } from './rule.ts';

/** What a template can name: values of the triggering mood, and whose it is. Paths, nothing that executes. */
export interface TemplateValues {
  readonly camera: string | null;
  readonly rule: string;
  readonly mood: Mood;
}

const VALUES: Readonly<Record<string, (values: TemplateValues) => string | number>> = {
  'mood.mood': ({ mood }) => mood.mood ?? 'nobody',
  'mood.confidence': ({ mood }) => round(mood.confidence),
  'mood.valence': ({ mood }) => round(mood.valence),
  'mood.arousal': ({ mood }) => round(mood.arousal),
  'mood.faces': ({ mood }) => mood.faces,
  'mood.since': ({ mood }) => new Date(mood.sinceMs).toISOString(),
  'mood.at': ({ mood }) => new Date(mood.atMs).toISOString(),
  camera: ({ camera }) => camera ?? 'home',
  rule: ({ rule }) => rule,
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
  if (typeof json === 'string') return fillText(json, values);
  if (Array.isArray(json)) return (json as readonly Json[]).map((item) => fillJson(item, values));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, fillJson(item, values)]));
}

/** An action with the values of the triggering mood in it. */
export function fillAction(action: Action, values: TemplateValues): Action {
  if (action.action === 'log') return { ...action, message: String(fillText(action.message, values)) };
  return { ...action, payload: fillJson(action.payload, values) };
}

function fillText(text: string, values: TemplateValues): string | number {
  const whole = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(text)?.[1];
  if (whole !== undefined) return VALUES[whole]?.(values) ?? text;
  return text.replace(TEMPLATE, (match, name: string) => String(VALUES[name]?.(values) ?? match));
}

/** Three digits: more would pretend a precision that no camera gives. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
