import * as z from 'zod';
import {
  checkedText,
  duration,
  integerBetween,
  numberBetween,
  oneOf,
  oneOrMore,
  section,
  text,
  topic,
  trueOrFalse,
} from '../config/fields.ts';
import { unknownWord } from '../config/nearest-key.ts';
import type { MoodName } from '../mood/mood.ts';
import { EMOTIONS } from '../vision/emotion.ts';
import { templateFault } from './fill-template.ts';
import { type Attribute, ATTRIBUTES, type Condition, type Rule, type Trigger, WEEKDAYS } from './rule.ts';

const HOUR_MS = 3_600_000;

/** Longest `for`; also below 2³¹ ms, the longest timer of Node. */
const MAX_FOR_MS = 24 * HOUR_MS;

const place = {
  camera: text('the name of a camera')
    .optional()
    .meta({ description: 'A camera of moodstat.yaml; the whole home when left out.' }),
  home: z.literal(true, { error: 'expected true, or `camera` instead' }).optional(),
};

const moodName = oneOf(...EMOTIONS, 'uncertain', 'nobody');
const moodNames = () => oneOrMore(moodName, `a mood (${moodName.options.join(', ')})`);
const minConfidence = numberBetween(0, 1).default(0);
const held = duration(0, MAX_FOR_MS).default(0).meta({ description: 'So long it must hold; at once when left out.' });
const range = { above: numberBetween(-1, 100).optional(), below: numberBetween(-1, 100).optional() };
const attribute = oneOf(...ATTRIBUTES);

/** Where each attribute lies; a limit outside could never, or always, be passed. */
const BOUNDS: Readonly<Record<Attribute, readonly [number, number]>> = {
  valence: [-1, 1],
  arousal: [0, 1],
  confidence: [0, 1],
  people: [0, 100],
};

interface PlaceAndLimits {
  readonly trigger?: string;
  readonly condition?: string;
  readonly camera?: string | undefined;
  readonly home?: true | undefined;
  readonly attribute?: Attribute;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}

function checkPlaceAndLimits(value: PlaceAndLimits, context: z.RefinementCtx): void {
  const { camera, home, attribute, above, below } = value;
  const issue = (key: string, message: string) => {
    context.addIssue({ code: 'custom', path: [key], message });
  };
  if (camera !== undefined && home !== undefined) issue('home', '`camera` and `home` exclude each other');
  if (attribute === undefined) return;
  const [min, max] = BOUNDS[attribute];
  for (const [key, limit] of Object.entries({ above, below })) {
    if (limit !== undefined && (limit < min || limit > max)) {
      issue(key, `${attribute} lies from ${min} to ${max}, found ${limit}`);
    }
  }
  if (above === undefined && below === undefined) issue('attribute', 'needs `above` or `below`, or both');
  if (above !== undefined && below !== undefined && above >= below) issue('above', 'must be less than `below`');
}

/** A list of sections, each told apart by one of its keys; `notYet` are kinds that we mean to have. */
function kinds<const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  key: string,
  known: readonly string[],
  notYet: readonly string[],
  options: Options,
) {
  return z.discriminatedUnion(key, options, {
    error: ({ input }) => {
      const kind: unknown =
        typeof input === 'object' && input !== null && key in input ? Reflect.get(input, key) : null;
      if (typeof kind !== 'string') return `expected one of ${known.join(', ')}`;
      return notYet.includes(kind) ? `\`${kind}\` is not supported yet` : unknownWord(key, kind, known);
    },
  });
}

const trigger = kinds(
  'trigger',
  ['mood', 'numeric'],
  ['presence', 'mqtt', 'time', 'any_of'],
  [
    section(
      {
        trigger: z.literal('mood'),
        ...place,
        from: moodNames().optional().meta({ description: 'The mood before; any when left out.' }),
        to: moodNames().optional().meta({ description: 'The mood it becomes; any other emotion when left out.' }),
        min_confidence: minConfidence,
        for: held,
      },
      ['room'],
    ),
    section(
      {
        trigger: z.literal('numeric'),
        ...place,
        attribute,
        ...range,
        hysteresis: numberBetween(0, 100).default(0),
        for: held,
      },
      ['room'],
    ),
  ],
).superRefine(checkPlaceAndLimits);

const CLOCK = 'expected a time of day such as "18:00"';
const timeOfDay = z
  .string({ error: CLOCK })
  .regex(/^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, { error: CLOCK })
  .transform((value) => value.split(':').reduce((sum, part, i) => sum + Number(part) * 60 ** (2 - i), 0));

const condition = kinds(
  'condition',
  ['time', 'mood', 'numeric'],
  ['mqtt', 'presence', 'and', 'or', 'not'],
  [
    section({
      condition: z.literal('time'),
      after: timeOfDay.optional(),
      before: timeOfDay.optional(),
      weekday: oneOrMore(oneOf(...WEEKDAYS), `a weekday (${WEEKDAYS.join(', ')})`).optional(),
    }).refine(({ after, before, weekday }) => after ?? before ?? weekday, {
      path: ['condition'],
      error: 'needs `after`, `before` or `weekday`',
    }),
    section({ condition: z.literal('mood'), ...place, is: moodNames(), min_confidence: minConfidence }, ['room']),
    section({ condition: z.literal('numeric'), ...place, attribute, ...range }, ['room']),
  ],
).superRefine(checkPlaceAndLimits);

const PAYLOAD = 'expected a payload: text, a number, true or false, or a section or list that becomes JSON';
const payload = z
  .union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.json()), z.array(z.json())], { error: PAYLOAD })
  .superRefine((value, context) => {
    for (const [path, words] of textsIn(value, [])) {
      const message = templateFault(words);
      if (message !== undefined) context.addIssue({ code: 'custom', message, path });
    }
  })
  .meta({ description: 'Text is sent as it is, all else as JSON. Texts may hold {{ mood.confidence }} and the like.' });

function textsIn(value: unknown, path: (string | number)[]): [(string | number)[], string][] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, i) => textsIn(item, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}

const action = kinds(
  'action',
  ['mqtt.publish', 'log'],
  ['delay', 'http.request', 'wait_for', 'choose', 'scene'],
  [
    section({
      action: z.literal('mqtt.publish'),
      topic: topic().refine((value) => !value.includes('{{'), { error: 'values cannot stand in a topic' }),
      payload,
      retain: trueOrFalse().default(false),
      qos: integerBetween(0, 2).default(1),
    }),
    section({
      action: z.literal('log'),
      message: checkedText('a message', templateFault),
      level: oneOf('debug', 'info', 'warn', 'error').default('info'),
    }),
  ],
);

const ID = 'expected an id of at most 64 characters a-z, A-Z, 0-9, _ and - (it is part of a topic)';

/** Rules as they are written go in, `Rule` comes out. */
export const ruleSchema = section(
  {
    id: z.string({ error: ID }).regex(/^[A-Za-z0-9_-]{1,64}$/, { error: ID }),
    alias: text('a name for people').optional(),
    triggers: z
      .array(trigger, { error: 'expected a list of triggers' })
      .min(1, { error: 'expected at least one trigger' }),
    conditions: z.array(condition, { error: 'expected a list of conditions' }).default([]),
    actions: z.array(action, { error: 'expected a list of actions' }).min(1, { error: 'expected at least one action' }),
    mode: z.literal('single', { error: ({ input }) => modeFault(input) }).default('single'),
    cooldown: duration(0, 30 * 24 * HOUR_MS)
      .default(0)
      .meta({ description: 'So long after it fired the rule stays quiet.' }),
    dry_run: trueOrFalse().default(false).meta({ description: 'true: only say what would be done.' }),
  },
  ['yield_to'],
).transform((value): Rule => ({
  id: value.id,
  alias: value.alias,
  triggers: value.triggers.map(toTrigger),
  conditions: value.conditions.map(toCondition),
  actions: value.actions.map((one) => (one.action === 'log' ? one : { ...one, qos: one.qos as 0 | 1 | 2 })),
  cooldownMs: value.cooldown,
  dryRun: value.dry_run,
}));

function modeFault(mode: unknown): string {
  const known = ['restart', 'queued', 'parallel'];
  return known.includes(String(mode)) ? `\`${String(mode)}\` is not supported yet` : 'expected single';
}

function toTrigger(value: z.output<typeof trigger>): Trigger {
  const camera = value.camera ?? null;
  if (value.trigger === 'numeric') {
    const { above, below, hysteresis } = value;
    return { trigger: 'numeric', camera, attribute: value.attribute, above, below, hysteresis, forMs: value.for };
  }
  return {
    trigger: 'mood',
    camera,
    from: value.from?.map(toMoodName),
    to: value.to?.map(toMoodName),
    minConfidence: value.min_confidence,
    forMs: value.for,
  };
}

function toCondition(value: z.output<typeof condition>): Condition {
  if (value.condition === 'time') {
    return { condition: 'time', afterS: value.after, beforeS: value.before, weekdays: value.weekday };
  }
  const camera = value.camera ?? null;
  if (value.condition === 'mood') {
    return { condition: 'mood', camera, is: value.is.map(toMoodName), minConfidence: value.min_confidence };
  }
  return { condition: 'numeric', camera, attribute: value.attribute, above: value.above, below: value.below };
}

/** An empty `to:` must not mean that nobody is there, so null is written as a word. */
function toMoodName(word: z.output<typeof moodName>): MoodName {
  return word === 'nobody' ? null : word;
}

/** The frame of a rules file; its rules are checked one by one, so that a faulty one takes no other with it. */
export const rulesFileSchema = section({
  version: z.literal(1, { error: 'expected version 1, the only one there is' }).default(1),
  rules: z.array(z.unknown(), { error: 'expected a list of rules' }).nullable().default([]),
});

/** The whole file, for editors. */
export const wholeRulesFileSchema = section({
  version: rulesFileSchema.shape.version,
  rules: z.array(ruleSchema).nullable(),
}).meta({ title: 'rules.yaml', description: 'Rules of moodstat.' });
