import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { discoveryMessages } from '../../src/publish/discovery.ts';
import { createTopics } from '../../src/publish/topics.ts';

// Home Assistant drops a discovery message as a whole when one key in it is not as it should be, and tells only its log.
// So what it documents is a JSON Schema here, and two validators that share no code hold our messages against it.

const SCHEMA = fileURLToPath(new URL('../fixtures/home-assistant-device.schema.json', import.meta.url));

const byAjv = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

/** Debian's own Python, which has Debian's packages. */
const PYTHON = '/usr/bin/python3';
const VALIDATE = [
  'import json, sys, jsonschema',
  'schema = json.load(open(sys.argv[1]))',
  'jsonschema.Draft202012Validator.check_schema(schema)',
  'validator = jsonschema.Draft202012Validator(schema)',
  'print(json.dumps([validator.is_valid(json.loads(line)) for line in sys.stdin]))',
].join('\n');

/** Whether each message is valid, by Python's jsonschema. */
function byPython(messages: readonly unknown[]): boolean[] {
  const input = messages.map((message) => JSON.stringify(message)).join('\n');
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', VALIDATE, SCHEMA], { input, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as boolean[];
}

const hasPython = spawnSync(PYTHON, ['-c', 'import jsonschema']).status === 0;
if (!hasPython) {
  const message = 'python3-jsonschema not installed (Debian: apt-get install python3-jsonschema)';
  if (process.env['CI']) throw new Error(message);
  console.warn(`LEFT OUT: the second validator of discovery messages: ${message}`);
}

const options = { topics: createTopics('home/emotion'), version: '1.2.3', validForMs: 15_000 };
const messages = discoveryMessages(
  [{ name: 'living', room: 'Living room' }, { name: 'door' }, { name: '0-_x', room: 'Küche' }],
  options,
).map(({ payload }) => JSON.parse(payload) as Message);

type Message = Record<string, unknown> & {
  dev: Record<string, unknown>;
  cmps: Record<string, Record<string, unknown>>;
};

/** Ways to spoil a camera's message, each of which Home Assistant refuses. */
const SPOILT: Readonly<Record<string, (message: Message) => unknown>> = {
  'a base topic at the root': (message) => (message['~'] = 'home/emotion/living'),
  'attributes at the root': (message) => (message['json_attr_t'] = 'home/emotion/living'),
  'a device class at the root': (message) => (message['dev_cla'] = 'enum'),
  'no origin': (message) => delete message['o'],
  'no device': (message) => delete (message as Partial<Message>).dev,
  'a device that is nobody': (message) => delete message.dev['ids'],
  'a device with an unknown key': (message) => (message.dev['room'] = 'Living room'),
  'a component without a platform': (message) => delete message.cmps['mood']!['p'],
  'a component without an id': (message) => delete message.cmps['mood']!['unique_id'],
  'a component on no topic': (message) => delete message.cmps['valence']!['state_topic'],
  'a topic that is a filter': (message) => (message.cmps['valence']!['state_topic'] = 'home/emotion/#'),
  'a misspelt key': (message) => (message.cmps['valence']!['state_topics'] = 'home/emotion/living'),
  'a key twice, long and short': (message) => (message.cmps['valence']!['stat_t'] = 'home/emotion/living'),
  'a key of another platform': (message) => (message.cmps['mood_changed']!['state_class'] = 'measurement'),
  'an enum with None': (message) => (message.cmps['mood']!['options'] as string[]).push('None'),
  'an enum with a unit': (message) => (message.cmps['mood']!['unit_of_measurement'] = '%'),
  'an enum without options': (message) => delete message.cmps['mood']!['options'],
  'a number with options': (message) => (message.cmps['valence']!['options'] = ['1']),
  'an event without types': (message) => delete message.cmps['mood_changed']!['event_types'],
  'a switch without a command': (message) => delete message.cmps['enabled']!['command_topic'],
};

function spoilt(spoil: (message: Message) => unknown): Message {
  const message = structuredClone(messages[1]!);
  spoil(message);
  return message;
}

describe('discovery messages are what Home Assistant documents', () => {
  it('by Ajv', () => {
    for (const message of messages) expect([byAjv(message), byAjv.errors]).toEqual([true, null]);
  });

  it.each(Object.entries(SPOILT))('which it would not be with %s', (_, spoil) => {
    expect(byAjv(spoilt(spoil))).toBe(false);
  });

  it.skipIf(!hasPython)('by Python’s jsonschema, which refuses the same', () => {
    expect(byPython(messages)).toEqual(messages.map(() => true));
    expect(byPython(Object.values(SPOILT).map(spoilt))).toEqual(Object.values(SPOILT).map(() => false));
  });
});
