import * as z from 'zod';
import { oneOf, section, topic } from '../../config/fields.ts';
import type { Condition, TimeCondition } from '../rule.ts';
import {
  attribute,
  checkPlaceAndLimits,
  kinds,
  listOf,
  messageIs,
  messageValue,
  minConfidence,
  moment,
  moodNames,
  place,
  range,
  toMessageMatch,
  toMoodName,
  toPlace,
  weekdays,
} from './rule-fields.ts';

const window = { after: moment.optional(), before: moment.optional(), weekday: weekdays };

interface WrittenWindow {
  after?: TimeCondition['after'];
  before?: TimeCondition['before'];
  weekday?: TimeCondition['weekdays'];
}

function toWindow({ after, before, weekday }: WrittenWindow): TimeCondition {
  return { condition: 'time', after, before, weekdays: weekday };
}

const NEEDS = 'needs `after`, `before` or `weekday`';

function isBounded({ after, before, weekday }: WrittenWindow): boolean {
  return (after ?? before ?? weekday) !== undefined;
}

/** A window of time without being a condition. */
export const quietWindow = section(window)
  .refine(isBounded, { path: ['after'], error: NEEDS })
  .transform(toWindow);

const time = section({ condition: z.literal('time'), ...window })
  .refine(isBounded, { path: ['condition'], error: NEEDS })
  .transform((value): Condition => toWindow(value));

const mood = section({
  condition: z.literal('mood'),
  ...place,
  is: moodNames(),
  min_confidence: minConfidence,
})
  .superRefine(checkPlaceAndLimits)
  .transform((value): Condition => ({
    condition: 'mood',
    ...toPlace(value),
    is: value.is.map(toMoodName),
    minConfidence: value.min_confidence,
  }));

const numeric = section({ condition: z.literal('numeric'), ...place, attribute, ...range })
  .superRefine(checkPlaceAndLimits)
  .transform((value): Condition => {
    const { above, below } = value;
    return { condition: 'numeric', ...toPlace(value), attribute: value.attribute, above, below };
  });

const presence = section({ condition: z.literal('presence'), ...place, is: oneOf('present', 'absent') })
  .superRefine(checkPlaceAndLimits)
  .transform((value): Condition => ({ condition: 'presence', ...toPlace(value), is: value.is }));

const mqtt = section({
  condition: z.literal('mqtt'),
  topic: topic().meta({ description: 'Its last message counts; before one has come the condition does not hold.' }),
  ...messageValue,
  is: messageIs.meta({ description: 'What it must be, one or a list.' }),
})
  .superRefine(checkPlaceAndLimits)
  .refine(({ is, above, below }) => (is ?? above ?? below) !== undefined, {
    path: ['condition'],
    error: 'needs `is`, `above` or `below`',
  })
  .transform((value): Condition => ({ condition: 'mqtt', topic: value.topic, ...toMessageMatch(value) }));

const group = <const Name extends 'and' | 'or' | 'not'>(name: Name) =>
  section({
    condition: z.literal(name),
    conditions: listOf(
      z.lazy((): z.ZodType<Condition> => condition),
      'condition',
    ),
  }).transform(({ conditions }): Condition => ({ condition: name, conditions }));

const condition: z.ZodType<Condition> = kinds(
  'condition',
  ['time', 'mood', 'numeric', 'presence', 'mqtt', 'and', 'or', 'not'],
  [time, mood, numeric, presence, mqtt, group('and'), group('or'), group('not')],
).meta({ id: 'condition' });

/** A list, perhaps empty. */
export const conditions = z.array(condition, { error: 'expected a list of conditions' });
