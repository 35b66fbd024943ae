import * as z from 'zod';
import { DURATION_FORMS, formatDuration, parseDuration } from './duration.ts';
import { topicFault } from './mqtt-topic.ts';
import { unknownWord } from './nearest-key.ts';

// The kinds of values in our files. Each says what it expects in words that `explain-issue.ts` completes with what was
// found, and knows its JSON Schema, so that an editor says the same before we do.

/**
 * A section with known keys only. `notYet` are keys that we mean to have: they are told apart from slips of the pen.
 * Its message for several unknown keys has one line each, in their order.
 */
export function section<Shape extends z.ZodRawShape>(shape: Shape, notYet: readonly string[] = []) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys')
        return `expected a section with keys such as ${known.slice(0, 4).join(', ')}`;
      return issue.keys
        .map((key) => (notYet.includes(key) ? `\`${key}\` is not supported yet` : unknownWord('key', key, known)))
        .join('\n');
    },
  });
}

/** A section that may be left out or left empty, as when everything in it is commented out. */
export function optionalSection<Shape extends z.ZodRawShape>(shape: Shape, notYet?: readonly string[]) {
  return emptyAsAbsent(section(shape, notYet));
}

export function emptyAsAbsent<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => value ?? {}, schema).prefault({} as never);
}

export function numberBetween(min: number, max: number, what = 'a number') {
  const error = `expected ${what} from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

export function integerBetween(min: number, max: number, what = 'a whole number') {
  const error = `expected ${what} from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export function trueOrFalse() {
  return z.boolean({ error: 'expected true or false' });
}

/** Text that is not empty. */
export function text(what: string) {
  const error = `expected ${what}`;
  return z.string({ error }).regex(/\S/, { error });
}

export function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: `expected one of ${words.join(', ')}` });
}

/** One value or a list of at least one; a list comes out. */
export function oneOrMore<Schema extends z.ZodType>(schema: Schema, what: string) {
  return z
    .union([schema, z.array(schema).min(1, { error: `expected at least one: ${what}` })], {
      error: `expected ${what}, or a list of them`,
    })
    .transform((value) => (Array.isArray(value) ? value : [value]) as z.output<Schema>[]);
}

/** A duration in any form `parseDuration` knows; ms come out. */
export function duration(minMs: number, maxMs: number) {
  const range = `from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
  const error = `expected a duration ${range}, such as "30s" or "00:00:30"`;
  return z
    .union([z.number(), z.string()], { error })
    .transform((value, context) => {
      const ms = typeof value === 'number' && value < 0 ? undefined : parseDuration(value);
      if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    })
    .meta({ description: `A duration ${range}: ${DURATION_FORMS}.` });
}

const BYTES: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** A size as a number of bytes or such as "20MB"; bytes come out. */
export function byteSize(minBytes: number, maxBytes: number) {
  const range = `from ${minBytes / 1e3} kB to ${maxBytes / 1e9} GB`;
  const error = `expected a size ${range}, such as "20MB"`;
  return z
    .union([z.number(), z.string()], { error })
    .transform((value, context) => {
      const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(String(value).trim().toLowerCase()) ?? [];
      const bytes = Number(count) * (BYTES[unit ?? ''] ?? NaN);
      if (bytes >= minBytes && bytes <= maxBytes) return Math.round(bytes);
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    })
    .meta({ description: `A size ${range}: a number of bytes, or a number with B, kB, MB or GB.` });
}

/** A duration with a sign, such as "-30m" or "+01:00:00"; ms come out. */
export function signedDuration(maxMs: number) {
  const range = `up to ${formatDuration(maxMs)}`;
  const error = `expected a duration ${range}, with or without a sign, such as "-30m" or "00:15:00"`;
  return z
    .union([z.number(), z.string()], { error })
    .transform((value, context) => {
      const [, sign = '', rest = ''] = /^\s*([+-]?)(.*)$/s.exec(String(value)) ?? [];
      const ms = parseDuration(rest);
      if (ms !== undefined && ms <= maxMs) return sign === '-' ? -ms : ms;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    })
    .meta({ description: `A duration ${range}; negative is before: ${DURATION_FORMS}.` });
}

/** A topic that can be published to. */
export function topic() {
  return checkedText('an MQTT topic', topicFault);
}

/** Text that a function refuses with words of its own, or with undefined lets pass. */
export function checkedText(what: string, faultOf: (value: string) => string | undefined) {
  return z.string({ error: `expected ${what}` }).superRefine((value, context) => {
    const message = faultOf(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}
