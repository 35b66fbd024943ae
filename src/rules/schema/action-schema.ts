import * as z from 'zod';
import {
  checkedText,
  duration,
  integerBetween,
  oneOf,
  section,
  text,
  topic,
  trueOrFalse,
} from '../../config/fields.ts';
import { templateFault } from '../fill-template.ts';
import type { Action, Json } from '../rule.ts';
import { conditions } from './condition-schema.ts';
import { HOUR_MS, kinds, listOf } from './rule-fields.ts';
import { triggers } from './trigger-schema.ts';

const LONGEST_MS = 7 * 24 * HOUR_MS;

/** Any JSON whose texts can be filled. */
const filledJson = (error: string) =>
  z
    .union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.json()), z.array(z.json())], { error })
    .superRefine((value, context) => {
      for (const [path, words] of textsIn(value, [])) {
        const message = templateFault(words);
        if (message !== undefined) context.addIssue({ code: 'custom', message, path });
      }
    });

function textsIn(value: unknown, path: (string | number)[]): [(string | number)[], string][] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, i) => textsIn(item, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}

const publish = section({
  action: z.literal('mqtt.publish'),
  topic: topic().refine((value) => !value.includes('{{'), { error: 'values cannot stand in a topic' }),
  payload: filledJson('expected a payload: text, a number, true or false, or a section or list that becomes JSON').meta(
    { description: 'Text is sent as it is, all else as JSON. Texts may hold {{ mood.confidence }} and the like.' },
  ),
  retain: trueOrFalse().default(false),
  qos: integerBetween(0, 2).default(1),
}).transform((value): Action => ({ ...value, payload: value.payload as Json, qos: value.qos as 0 | 1 | 2 }));

/** Whose request it is must be written; what is asked for may hold values. */
function urlFault(url: string): string | undefined {
  const fault = templateFault(url);
  if (fault !== undefined) return fault;
  const filled = url.replace(/\{\{.*?\}\}/g, 'x');
  const parsed = URL.canParse(filled) ? new URL(filled) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return 'expected http://host/path or https://host/path';
  return /^https?:\/\/[^/?#]*\{\{/i.test(url) ? 'values cannot stand in the host' : undefined;
}

const HEADER = 'expected the name of a header';

const http = section({
  action: z.literal('http.request'),
  method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE').default('GET'),
  url: checkedText('http://host/path or https://host/path', urlFault).meta({
    description: 'Behind the host it may hold {{ mood.mood }} and the like. Redirects to other hosts are not followed.',
  }),
  headers: z
    .record(
      z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: HEADER }),
      z.string({ error: 'expected text' }).regex(/^[^\r\n\0]*$/, { error: 'a header is one line' }),
      {
        error: 'expected a section of headers',
      },
    )
    .default({})
    .meta({ description: 'Best with `!secret name` where one holds a password.' }),
  json: filledJson('expected what becomes JSON').optional(),
  body: checkedText('text', templateFault).optional(),
  timeout: duration(100, 60_000).default(5000).meta({ description: 'So long an answer may take.' }),
  retries: integerBetween(0, 10)
    .default(0)
    .meta({ description: 'How often it is tried again; a request whose answer got lost may then be done twice.' }),
  backoff: duration(100, 300_000)
    .default(1000)
    .meta({ description: 'Wait before the second try; then twice as long …' }),
})
  .superRefine(({ method, json, body }, context) => {
    const issue = (key: string, message: string) => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (json !== undefined && body !== undefined) issue('body', '`json` and `body` exclude each other');
    if ((method === 'GET' || method === 'HEAD') && (json ?? body) !== undefined)
      issue(json === undefined ? 'body' : 'json', `a ${method} request sends nothing; set \`method\``);
  })
  .transform(({ action, method, url, headers, json, body, timeout, retries, backoff }): Action => ({
    action,
    method,
    url,
    headers,
    body: json !== undefined ? { json: json as Json } : body === undefined ? undefined : { text: body },
    timeoutMs: timeout,
    retries,
    backoffMs: backoff,
  }));

const log = section({
  action: z.literal('log'),
  message: checkedText('a message', templateFault),
  level: oneOf('debug', 'info', 'warn', 'error').default('info'),
}).transform((value): Action => value);

const delay = section({ action: z.literal('delay'), for: duration(0, LONGEST_MS) }).transform((value): Action => ({
  action: 'delay',
  forMs: value.for,
}));

const waitFor = section({
  action: z.literal('wait_for'),
  triggers,
  timeout: duration(1000, LONGEST_MS).meta({ description: 'So long it waits at most.' }),
  continue_on_timeout: trueOrFalse().default(true).meta({ description: 'false: end when it has waited in vain.' }),
}).transform((value): Action => ({
  action: 'wait_for',
  triggers: value.triggers,
  timeoutMs: value.timeout,
  continueOnTimeout: value.continue_on_timeout,
}));

const nested = z.lazy((): z.ZodType<Action[]> => actions);

const choose = section({
  action: z.literal('choose'),
  options: listOf(
    section({ conditions: conditions.min(1, { error: 'expected at least one condition' }), actions: nested }),
    'option',
  ).meta({
    description: 'The first whose conditions all hold.',
  }),
  default: nested.optional().meta({ description: 'When none does.' }),
}).transform((value): Action => ({ action: 'choose', options: value.options, otherwise: value.default ?? [] }));

const scene = section({
  action: z.literal('scene'),
  scene: text('the name of a scene').meta({ description: 'One of `scenes` in this file.' }),
}).transform((value): Action => ({ ...value, actions: [] }));

const action: z.ZodType<Action> = kinds(
  'action',
  ['mqtt.publish', 'http.request', 'log', 'delay', 'wait_for', 'choose', 'scene'],
  [publish, http, log, delay, waitFor, choose, scene],
).meta({ id: 'action' });

/** A list of at least one; scenes are still only names. */
export const actions = listOf(action, 'action');
