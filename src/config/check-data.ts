import type * as z from 'zod';
import { type Explanation, explainIssue, formatPath, valueAt } from './explain-issue.ts';
import type { Fault } from './fault.ts';
import type { Filled } from './fill-placeholders.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export interface Checked<T> {
  /** Undefined when there is an error. */
  readonly value: T | undefined;
  readonly faults: readonly Fault[];
}

/**
 * Checks data of a file against a schema; faults stand where the data was written. `base` is the path of `data` in the
 * file, `filled` tells what came from outside it, and `title` begins each message (`rule "x"`), else the path does.
 * Outside values are text; where the schema wants a number or a truth value, text that is one is taken for it.
 */
export function checkData<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  source: YamlSource,
  { base = [], filled = new Map(), title = '' }: { base?: Path; filled?: Filled; title?: string } = {},
): Checked<z.output<Schema>> {
  const asWritten = (path: Path) => filled.get(source.originOf([...base, ...path]) ?? -1);
  let result = schema.safeParse(data);
  if (!result.success && convertFilled(data, result.error.issues, asWritten)) result = schema.safeParse(data);
  if (result.success) return { value: result.data, faults: [] };
  const explanations = withoutEchoes(result.error.issues.flatMap((issue) => explainIssue(issue, data, asWritten)));
  const faults = explanations.map(({ path, at, message }) => {
    const place = formatPath(at === 'key' ? path.slice(0, -1) : path);
    const words = place === '' ? message : `${place}${message.startsWith('is missing') ? ' ' : ': '}${message}`;
    const full = title === '' ? words : `${title}: ${words}`;
    return at === 'key' ? source.faultAtKey([...base, ...path], full) : source.faultAt([...base, ...path], full);
  });
  return { value: undefined, faults };
}

/** One fault a mistake: the first of several for one value, and not that a key is missing which is there misspelt. */
function withoutEchoes(explanations: readonly Explanation[]): Explanation[] {
  const key = (path: Path) => JSON.stringify(path);
  const firsts = new Map(explanations.toReversed().map((one) => [key(one.path), one]));
  const misspelt = new Set(
    explanations.flatMap(({ path, meant }) => (meant === undefined ? [] : [key([...path.slice(0, -1), meant])])),
  );
  return [...firsts.values()].toReversed().filter(({ path }) => !misspelt.has(key(path)));
}

/** A value that was not to be had is one fault, though what stands in its place is not valid either. */
export function newFaults(faults: readonly Fault[], earlier: readonly Fault[]): Fault[] {
  const taken = new Set(earlier.map(({ line, column }) => `${line}:${column}`));
  return faults.filter(({ line, column }) => !taken.has(`${line}:${column}`));
}

/** Whether something was converted, so that another check is worth it. */
function convertFilled(
  data: unknown,
  issues: readonly z.core.$ZodIssue[],
  asWritten: (path: Path) => string | undefined,
): boolean {
  let converted = false;
  for (const issue of issues) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    const text = valueAt(data, path);
    const parent = valueAt(data, path.slice(0, -1));
    if (asWritten(path) === undefined || typeof text !== 'string' || typeof parent !== 'object' || !parent) continue;
    const value = convert(text.trim(), issue);
    if (value === undefined) continue;
    (parent as Record<string | number, unknown>)[path.at(-1)!] = value;
    converted = true;
  }
  return converted;
}

function convert(text: string, issue: z.core.$ZodIssue): number | boolean | undefined {
  const number = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (issue.code === 'invalid_value') return issue.values.find((value) => value === number) as number | undefined;
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'number' || issue.expected === 'int') return number;
  if (issue.expected !== 'boolean' || !/^(true|false)$/i.test(text)) return undefined;
  return text.toLowerCase() === 'true';
}
