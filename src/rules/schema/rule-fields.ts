import * as z from 'zod';
import { duration, numberBetween, oneOf, oneOrMore, text } from '../../config/fields.ts';
import { unknownWord } from '../../config/nearest-key.ts';
import type { MoodName } from '../../mood/mood.ts';
import { EMOTIONS } from '../../vision/emotion.ts';
import { parsePath } from '../json-path.ts';
import { type Attribute, ATTRIBUTES, type Json, type Moment, type Place, WEEKDAYS } from '../rule.ts';

// The kinds of values that triggers, conditions and actions share.

export const HOUR_MS = 3_600_000;

/** Longest `for`. */
const MAX_FOR_MS = 24 * HOUR_MS;

export const place = {
  camera: text('the name of a camera')
    .optional()
    .meta({ description: 'A camera of moodstat.yaml; the whole home when left out.' }),
  room: text('the name of a room')
    .optional()
    .meta({ description: 'A room of moodstat.yaml: what its cameras see together.' }),
  home: z.literal(true, { error: 'expected true, or `camera` or `room` instead' }).optional(),
};

const moodName = oneOf(...EMOTIONS, 'uncertain', 'nobody');
export const moodNames = () => oneOrMore(moodName, `a mood (${moodName.options.join(', ')})`);
export const minConfidence = numberBetween(0, 1).default(0);
export const held = duration(0, MAX_FOR_MS)
  .default(0)
  .meta({ description: 'So long it must hold; at once when left out.' });
export const range = { above: numberBetween(-1, 100).optional(), below: numberBetween(-1, 100).optional() };
export const attribute = oneOf(...ATTRIBUTES);
export const weekdays = oneOrMore(oneOf(...WEEKDAYS), `a weekday (${WEEKDAYS.join(', ')})`).optional();

const LIMIT = 'expected a number';

/** Of a message: a value in it, and what it is compared with. */
export const messageValue = {
  path: z
    .string({ error: 'expected a path such as state or color.x' })
    .transform((value, context) => {
      const path = parsePath(value);
      if (path) return path;
      context.addIssue({ code: 'custom', message: 'expected a path such as state, color.x or list[0].name' });
      return z.NEVER;
    })
    .optional()
    .meta({ description: 'Where in the JSON of the payload; the whole payload when left out.' }),
  above: z.number({ error: LIMIT }).optional(),
  below: z.number({ error: LIMIT }).optional(),
};
const plain = z.union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number, true or false' });
export const messageIs = oneOrMore(plain, 'text, a number, true or false').optional();

const CLOCK = 'expected a time of day such as "18:00", or sunrise or sunset';
/** Seconds since midnight, or the sun. */
export const moment = z
  .string({ error: CLOCK })
  .regex(/^(([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?|sunrise|sunset)$/, { error: CLOCK })
  .transform((value): Moment => {
    if (value === 'sunrise' || value === 'sunset') return { sun: value, offsetMs: 0 };
    return { secondOfDay: value.split(':').reduce((sum, part, i) => sum + Number(part) * 60 ** (2 - i), 0) };
  });

/** Where each attribute lies; a limit outside could never, or always, be passed. */
const BOUNDS: Readonly<Record<Attribute, readonly [number, number]>> = {
  valence: [-1, 1],
  arousal: [0, 1],
  confidence: [0, 1],
  people: [0, 100],
};

interface PlaceAndLimits {
  readonly camera?: string | undefined;
  readonly room?: string | undefined;
  readonly home?: true | undefined;
  readonly attribute?: Attribute;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}

/** At most one place; limits that an attribute can pass. */
export function checkPlaceAndLimits(value: PlaceAndLimits, context: z.RefinementCtx): void {
  const { camera, room, home, attribute: name, above, below } = value;
  const issue = (key: string, message: string) => {
    context.addIssue({ code: 'custom', path: [key], message });
  };
  if (camera !== undefined && home !== undefined) issue('home', '`camera` and `home` exclude each other');
  if (camera !== undefined && room !== undefined) issue('room', '`camera` and `room` exclude each other');
  if (room !== undefined && home !== undefined) issue('home', '`room` and `home` exclude each other');
  if (above !== undefined && below !== undefined && above >= below) issue('above', 'must be less than `below`');
  if (name === undefined) return;
  const [min, max] = BOUNDS[name];
  for (const [key, limit] of Object.entries({ above, below })) {
    if (limit !== undefined && (limit < min || limit > max))
      issue(key, `${name} lies from ${min} to ${max}, found ${limit}`);
  }
  if (above === undefined && below === undefined) issue('attribute', 'needs `above` or `below`, or both');
}

/** One of several kinds of sections, told apart by one of its keys. */
export function kinds<const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  key: string,
  known: readonly string[],
  options: Options,
) {
  return z.discriminatedUnion(key, options, {
    error: ({ input }) => {
      const kind: unknown =
        typeof input === 'object' && input !== null && key in input ? Reflect.get(input, key) : null;
      if (typeof kind !== 'string') return `expected one of ${known.join(', ')}`;
      return unknownWord(key, kind, known);
    },
  });
}

/** A list that holds something. */
export function listOf<Schema extends z.ZodType>(schema: Schema, what: string) {
  return z.array(schema, { error: `expected a list of ${what}s` }).min(1, { error: `expected at least one ${what}` });
}

export function toPlace({ camera, room }: { camera?: string | undefined; room?: string | undefined }): Place {
  return { camera: camera ?? null, room: room ?? null };
}

/** An empty `to:` must not mean that nobody is there, so null is written as a word. */
export function toMoodName(word: z.output<typeof moodName>): MoodName {
  return word === 'nobody' ? null : word;
}

export function toMessageMatch(value: {
  path?: (string | number)[] | undefined;
  above?: number | undefined;
  below?: number | undefined;
  is?: Json[] | undefined;
}) {
  return { path: value.path, is: value.is, above: value.above, below: value.below };
}
