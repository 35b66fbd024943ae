import * as z from 'zod';
import {
  checkedText,
  duration,
  numberBetween,
  oneOf,
  oneOrMore,
  section,
  signedDuration,
} from '../../config/fields.ts';
import { filterFault } from '../../config/mqtt-topic.ts';
import type { Trigger } from '../rule.ts';
import {
  attribute,
  checkPlaceAndLimits,
  held,
  HOUR_MS,
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

const mood = section({
  trigger: z.literal('mood'),
  ...place,
  from: moodNames().optional().meta({ description: 'The mood before; any when left out.' }),
  to: moodNames().optional().meta({ description: 'The mood it becomes; any other emotion when left out.' }),
  min_confidence: minConfidence,
  for: held,
})
  .superRefine(checkPlaceAndLimits)
  .transform((value): Trigger[] => [
    {
      trigger: 'mood',
      ...toPlace(value),
      from: value.from?.map(toMoodName),
      to: value.to?.map(toMoodName),
      minConfidence: value.min_confidence,
      forMs: value.for,
    },
  ]);

const numeric = section({
  trigger: z.literal('numeric'),
  ...place,
  attribute,
  ...range,
  hysteresis: numberBetween(0, 100)
    .default(0)
    .meta({ description: 'How far back past a limit the number must go before it counts as outside again.' }),
  for: held,
})
  .superRefine(checkPlaceAndLimits)
  .transform((value): Trigger[] => {
    const { above, below, hysteresis } = value;
    const limits = { attribute: value.attribute, above, below, hysteresis };
    return [{ trigger: 'numeric', ...toPlace(value), ...limits, forMs: value.for }];
  });

const presence = section({
  trigger: z.literal('presence'),
  ...place,
  event: oneOf('arrived', 'left').meta({ description: 'Somebody is visible where nobody was, or nobody is any more.' }),
  for: held,
})
  .superRefine(checkPlaceAndLimits)
  .transform((value): Trigger[] => [{ trigger: 'presence', ...toPlace(value), event: value.event, forMs: value.for }]);

const mqtt = section({
  trigger: z.literal('mqtt'),
  topic: checkedText('a topic or a filter', filterFault).meta({ description: 'A topic; `+` and `#` are wildcards.' }),
  ...messageValue,
  value: messageIs.meta({ description: 'What it must be, one or a list; anything when left out.' }),
  for: held,
})
  .superRefine(checkPlaceAndLimits)
  .transform((value): Trigger[] => [
    { trigger: 'mqtt', topic: value.topic, ...toMessageMatch({ ...value, is: value.value }), forMs: value.for },
  ]);

const time = section({
  trigger: z.literal('time'),
  at: oneOrMore(moment, 'a time of day such as "18:00", sunrise or sunset')
    .optional()
    .meta({ description: 'One or several; sunrise and sunset need `location` in moodstat.yaml.' }),
  offset: signedDuration(12 * HOUR_MS).optional(),
  every: duration(1000, 24 * HOUR_MS)
    .optional()
    .meta({ description: 'Counted from midnight.' }),
  weekday: weekdays,
})
  .superRefine(({ at, offset, every }, context) => {
    const issue = (key: string, message: string) => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (at === undefined && every === undefined) issue('trigger', 'needs `at` or `every`');
    if (offset !== undefined && !at?.some((one) => 'sun' in one))
      issue('offset', 'stands only beside `at: sunrise` or `at: sunset`');
  })
  .transform(({ at = [], offset = 0, every, weekday }): Trigger[] => [
    {
      trigger: 'time',
      at: at.map((one) => ('sun' in one ? { ...one, offsetMs: offset } : one)),
      everyMs: every,
      weekdays: weekday,
    },
  ]);

const anyOf = section({
  trigger: z.literal('any_of'),
  triggers: listOf(
    z.lazy((): z.ZodType<Trigger[]> => trigger),
    'trigger',
  ).meta({ description: 'Any of them; a group that an alias (`*name`) can repeat elsewhere.' }),
}).transform(({ triggers }): Trigger[] => triggers.flat());

/** A trigger as it is written; the triggers it stands for come out, of `any_of` several. */
const trigger: z.ZodType<Trigger[]> = kinds(
  'trigger',
  ['mood', 'numeric', 'presence', 'mqtt', 'time', 'any_of'],
  [mood, numeric, presence, mqtt, time, anyOf],
).meta({ id: 'trigger' });

/** A list of at least one. */
export const triggers = listOf(trigger, 'trigger').transform((all): Trigger[] => all.flat());
