import { inRange } from './match-mood.ts';
import type { Json, MessageMatch } from './rule.ts';

/** The value in a payload; undefined when there is none, or the payload is not the JSON that the path wants. */
export function valueIn(payload: string, path: MessageMatch['path']): Json | undefined {
  let value: Json | undefined = parsed(payload);
  for (const step of path ?? []) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, Json>>)[step];
  }
  return value;
}

/** Whether a message says what is asked; without `is` and limits, whether the value is there at all. */
export function messageMatches({ path, is, above, below }: MessageMatch, payload: string): boolean {
  const value = valueIn(payload, path);
  if (value === undefined) return false;
  if (is && !is.some((wanted) => sameValue(wanted, value))) return false;
  if (above === undefined && below === undefined) return true;
  return inRange(numberOf(value), { above, below });
}

/** Text and numbers that read alike are alike: a switch may say `1` or `"1"`, and YAML reads ON and on as text. */
export function sameValue(a: Json, b: Json): boolean {
  if (typeof a === 'object' && a !== null) return JSON.stringify(a) === JSON.stringify(b);
  return a === b || (typeof b !== 'object' && String(a).toLowerCase() === String(b).toLowerCase());
}

function parsed(payload: string): Json {
  try {
    return JSON.parse(payload) as Json;
  } catch {
    return payload;
  }
}

function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[+-]?\d/.test(value) && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
}
