import type * as z from 'zod';
import { nearestKey } from './nearest-key.ts';
import type { Path } from './yaml-source.ts';

/** One thing wrong with data, in words, and whether the key or the value under `path` is at fault. */
export interface Explanation {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly message: string;
  /** Of an unknown key: the known one that was probably meant. */
  readonly meant?: string | undefined;
}

/** Values whose text must not show in a message. */
const SECRET_KEYS = new Set(['password', 'headers']);

/**
 * What an issue of the schema means to whoever wrote the file. `data` is what was checked; `asWritten` gives the text
 * in the file of values that came from elsewhere (`${NAME}`, `!secret`), so that those never show.
 */
export function explainIssue(
  issue: z.core.$ZodIssue,
  data: unknown,
  asWritten: (path: Path) => string | undefined,
): Explanation[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const nested = (inner: z.core.$ZodIssue) =>
    explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, data, asWritten);
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((key, i) => {
      const message = messages[i] ?? issue.message;
      return { path: [...path, key], at: 'key', message, meant: /did you mean `(.*)`/.exec(message)?.[1] };
    });
  }
  if (issue.code === 'invalid_key') {
    return [{ path, at: 'key', message: issue.issues[0]?.message ?? issue.message }];
  }
  if (issue.code === 'invalid_union') {
    // The alternative that was meant is the one that fits at its root and fails only further in.
    const meant = issue.errors.find((issues) => issues.length > 0 && issues.every((inner) => inner.path.length > 0));
    if (meant) return meant.flatMap(nested);
  }
  const value = valueAt(data, path);
  if (value === undefined && issue.message.startsWith('expected ')) {
    return [{ path, at: 'value', message: `is missing: ${issue.message}` }];
  }
  return [{ path, at: 'value', message: issue.message + foundClause(issue, value, path, asWritten) }];
}

function foundClause(
  issue: z.core.$ZodIssue,
  value: unknown,
  path: Path,
  asWritten: (path: Path) => string | undefined,
): string {
  if (!issue.message.startsWith('expected ')) return '';
  const written = asWritten(path);
  if (written !== undefined) return `, found the value of \`${written}\``;
  if (path.some((key) => SECRET_KEYS.has(String(key)))) return `, found ${kindOf(value)}`;
  const near =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? nearestKey(value, issue.values.map(String))
      : undefined;
  return `, found ${show(value)}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

function show(value: unknown): string {
  if (typeof value === 'string') {
    const open = value.replace(/\/\/[^/@\s]*@/g, '//***@').replace(/\?.*$/s, '?***');
    return JSON.stringify(open.length > 60 ? `${open.slice(0, 57)}...` : open);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a section';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/** The value under a path; where a single value stands for a list, that value. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return typeof step === 'number' ? value : undefined;
    value = Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined;
  }
  return value;
}

/** `cameras.living.fps`, `rules[0].id`. */
export function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${step}`)).join('');
}
