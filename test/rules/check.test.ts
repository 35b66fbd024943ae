import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/config/yaml-source.ts';
import { findRuleWarnings } from '../../src/rules/check/find-rule-warnings.ts';
import { parseRules } from '../../src/rules/parse-rules.ts';

/** Warnings of rules, each written as its parts on one line. */
function warningsOf(...rules: readonly string[]): string[] {
  return warningsIn(`rules:\n${rules.map((rule, i) => `  - { id: r${i + 1}, ${rule} }\n`).join('')}`);
}

function warningsIn(text: string): string[] {
  const source = readYaml(text, 'rules.yaml');
  const known = {
    cameras: undefined,
    rooms: undefined,
    baseTopic: 'home/emotion',
    hasLocation: true,
    taken: new Map(),
  };
  const { rules, faults, texts } = parseRules({ source, filled: new Map(), faults: source.faults }, known);
  expect(faults).toEqual([]);
  return findRuleWarnings(rules, texts).map(({ line, message }) => `${line}: ${message}`);
}

const LOG = 'actions: [{ action: log, message: x }]';
const publish = (topic: string, payload: string) =>
  `actions: [{ action: mqtt.publish, topic: ${topic}, payload: ${payload} }]`;
const triggers = (...all: readonly string[]) => `triggers: [${all.map((one) => `{ trigger: ${one} }`).join(', ')}]`;
const conditions = (...all: readonly string[]) =>
  `conditions: [${all.map((one) => `{ condition: ${one} }`).join(', ')}]`;
const HAPPY = 'mood, to: happy';
const EXCLUDED = /^2: rule `r1`: can never act: its conditions exclude what its triggers wait for$/;
const EACH_OTHER = /^2: rule `r1`: can never act: its conditions exclude each other$/;

describe('a rule that can never act', () => {
  it.each<[string, string, string, RegExp]>([
    ['another mood', triggers(HAPPY), conditions('mood, is: sad'), EXCLUDED],
    [
      'too little confidence',
      triggers('mood, to: happy, min_confidence: 0.6'),
      conditions('numeric, attribute: confidence, below: 0.5'),
      EXCLUDED,
    ],
    ['nobody', triggers(HAPPY), conditions('presence, is: absent'), EXCLUDED],
    ['nobody to count', triggers(HAPPY), conditions('numeric, attribute: people, below: 1'), EXCLUDED],
    [
      'a number of nobody',
      triggers('presence, event: left'),
      conditions('numeric, attribute: valence, above: 0'),
      EXCLUDED,
    ],
    [
      'the other side',
      triggers('numeric, attribute: valence, below: -0.4'),
      conditions('numeric, attribute: valence, above: -0.4'),
      EXCLUDED,
    ],
    ['another time', triggers('time, at: "22:00"'), conditions('time, after: "6:00", before: "20:00"'), EXCLUDED],
    ['another day', triggers('time, at: "22:00", weekday: mon'), conditions('time, weekday: [sat, sun]'), EXCLUDED],
    [
      'another message',
      triggers('mqtt, topic: t, path: a, value: x'),
      conditions('mqtt, topic: t, path: a, is: [y, z]'),
      EXCLUDED,
    ],
    ['the opposite', triggers(HAPPY), conditions('not, conditions: [{ condition: mood, is: [happy, sad] }]'), EXCLUDED],
    [
      'the opposite of others',
      triggers('presence, event: arrived'),
      conditions('not, conditions: [{ condition: presence, is: present }]'),
      EXCLUDED,
    ],
    [
      'none of several',
      triggers(HAPPY),
      conditions('or, conditions: [{ condition: mood, is: sad }, { condition: presence, is: absent }]'),
      EXCLUDED,
    ],
    ['two moods', triggers('time, every: 1h'), conditions('mood, is: sad', 'mood, is: happy'), EACH_OTHER],
    [
      'no number between',
      triggers('time, every: 1h'),
      conditions('numeric, attribute: people, above: 2, below: 3'),
      EACH_OTHER,
    ],
    ['two days', triggers('time, every: 1h'), conditions('time, weekday: sat', 'time, weekday: sun'), EACH_OTHER],
    [
      'two times',
      triggers('time, every: 1h'),
      conditions('time, after: "22:00", before: "6:00"', 'time, after: "12:00", before: "13:00"'),
      EACH_OTHER,
    ],
    ['from a mood to itself', triggers('mood, from: sad, to: sad'), 'conditions: []', EXCLUDED],
  ])('%s', (_, when, only, message) => {
    const warnings = warningsOf(`${when}, ${only}, ${LOG}`);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(message);
  });

  it.each<[string, string, string]>([
    ['another camera', triggers('mood, camera: a, to: happy'), conditions('mood, camera: b, is: sad')],
    ['the home, another place than a camera', triggers('mood, camera: a, to: happy'), conditions('mood, is: sad')],
    ['a window over midnight', triggers('time, at: "0:30"'), conditions('time, after: "22:00", before: "6:00"')],
    ['the sun', triggers('time, at: sunset'), conditions('time, after: sunrise, before: "23:00"')],
    [
      'less of the mood',
      triggers(HAPPY),
      conditions('not, conditions: [{ condition: mood, is: happy, min_confidence: 0.9 }]'),
    ],
    [
      'one of several',
      triggers(HAPPY),
      conditions('or, conditions: [{ condition: mood, is: sad }, { condition: time, after: "1:00" }]'),
    ],
    ['people', triggers('numeric, attribute: people, above: 2'), conditions('mood, is: [happy]')],
  ])('is none with %s', (_, when, only) => {
    expect(warningsOf(`${when}, ${only}, ${LOG}`)).toEqual([]);
  });

  it('may be one of its triggers only', () => {
    expect(warningsOf(`${triggers('mood, to: sad', HAPPY)}, ${conditions('mood, is: sad')}, ${LOG}`)).toEqual([
      '2: rule `r1`: its trigger 2 can never start it: the conditions exclude it',
    ]);
  });

  it('may be kept by the quiet hours', () => {
    const text = (more: string) =>
      `quiet_hours: [{ after: "22:00", before: "7:00" }]\nrules:\n  - { id: r1, ${triggers('time, at: "23:00"')}, ${LOG}${more} }\n`;
    expect(warningsIn(text(''))).toEqual([
      '3: rule `r1`: can never act: its conditions, or the quiet hours, exclude what its triggers wait for',
    ]);
    expect(warningsIn(text(', quiet_hours: false'))).toEqual([]);
  });
});

describe('rules that start each other', () => {
  it.each<[string, string[], string[]]>([
    [
      'itself',
      [`${triggers('mqtt, topic: a/b')}, ${publish('a/b', 'x')}`],
      ['2: rule `r1`: can start itself by what it publishes'],
    ],
    [
      'itself, through a filter',
      [`${triggers('mqtt, topic: a/+')}, ${publish('a/b', 'x')}`],
      ['2: rule `r1`: can start itself by what it publishes'],
    ],
    [
      'itself, by the lamp that it switches',
      [`${triggers('mqtt, topic: z/lamp, path: state, value: "ON"')}, ${publish('z/lamp/set', '{ state: "ON" }')}`],
      ['2: rule `r1`: can start itself by what it publishes'],
    ],
    [
      'over two others',
      [
        `${triggers('mqtt, topic: a')}, ${publish('b', 'x')}`,
        `${triggers('mqtt, topic: b')}, ${publish('c', 'x')}`,
        `${triggers('mqtt, topic: c')}, ${publish('a', 'x')}`,
      ],
      ['2: rule `r1`: can start itself by others: `r1` → `r2` → `r3` → `r1`'],
    ],
    ['not with another value', [`${triggers('mqtt, topic: a, value: x')}, ${publish('a', 'y')}`], []],
    ['not with another topic', [`${triggers('mqtt, topic: a/+')}, ${publish('a/b/c', 'y')}`], []],
    [
      'not by what switches the lamp off',
      [`${triggers('mqtt, topic: z/lamp, path: state, value: "ON"')}, ${publish('z/lamp/set', '{ state: "OFF" }')}`],
      [],
    ],
    [
      'perhaps with a value filled in',
      [`${triggers('mqtt, topic: a, value: x')}, ${publish('a', '"{{ mood.mood }}"')}`],
      ['2: rule `r1`: can start itself by what it publishes'],
    ],
    ['not a dry one', [`${triggers('mqtt, topic: a')}, ${publish('a', 'y')}, dry_run: true`], []],
    [
      'not a chain',
      [`${triggers('mqtt, topic: a')}, ${publish('b', 'x')}`, `${triggers('mqtt, topic: b')}, ${publish('c', 'x')}`],
      [],
    ],
  ])('%s', (_, rules, warnings) => {
    expect(warningsOf(...rules)).toEqual(warnings);
  });
});

describe('two rules that fight', () => {
  const lamp = (payload: string) => publish('lamp/set', payload);
  const FIGHT = [
    '3: rule `r2`: fights with `r1` over lamp/set: the same event starts both, and they say different things',
  ];

  it.each<[string, string, string, string[]]>([
    [
      'over one value',
      `${triggers(HAPPY)}, ${lamp('{ brightness: 1 }')}`,
      `${triggers('mood, to: [happy, sad]')}, ${lamp('{ brightness: 2 }')}`,
      FIGHT,
    ],
    [
      'at one time',
      `${triggers('time, at: "22:00"')}, ${lamp('"ON"')}`,
      `${triggers('time, every: 1h')}, ${lamp('"OFF"')}`,
      FIGHT,
    ],
    [
      'not over the same',
      `${triggers(HAPPY)}, ${lamp('{ brightness: 1 }')}`,
      `${triggers(HAPPY)}, ${lamp('{ brightness: 1 }')}`,
      [],
    ],
    [
      'not over two values',
      `${triggers(HAPPY)}, ${lamp('{ brightness: 1 }')}`,
      `${triggers(HAPPY)}, ${lamp('{ color_temp: 2 }')}`,
      [],
    ],
    ['not with other moods', `${triggers(HAPPY)}, ${lamp('1')}`, `${triggers('mood, to: sad')}, ${lamp('2')}`, []],
    [
      'not at other cameras',
      `${triggers('mood, camera: a, to: sad')}, ${lamp('1')}`,
      `${triggers('mood, camera: b, to: sad')}, ${lamp('2')}`,
      [],
    ],
    [
      'not at other hours',
      `${triggers(HAPPY)}, ${conditions('time, before: "12:00"')}, ${lamp('1')}`,
      `${triggers(HAPPY)}, ${conditions('time, after: "12:00"')}, ${lamp('2')}`,
      [],
    ],
    ['not when one is dry', `${triggers(HAPPY)}, ${lamp('1')}`, `${triggers(HAPPY)}, ${lamp('2')}, dry_run: true`, []],
    ['not over another topic', `${triggers(HAPPY)}, ${lamp('1')}`, `${triggers(HAPPY)}, ${publish('other', '2')}`, []],
  ])('%s', (_, one, other, warnings) => {
    expect(warningsOf(one, other)).toEqual(warnings);
  });
});
