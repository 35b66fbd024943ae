import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillJson, fillText, templateFault } from '../../src/rules/fill-template.ts';
import type { Cause, Json } from '../../src/rules/rule.ts';
import { moodAt } from './moods.ts';

const CAUSE: Cause = {
  trigger: 0,
  kind: 'mqtt',
  camera: 'living',
  room: null,
  atMs: 1000,
  mood: moodAt('happy', 0, { confidence: 0.83333, valence: -0.5 }),
  topic: 'button/action',
  value: { x: 1 },
};
const VALUES = { rule: 'r', cause: CAUSE };

describe('fillJson', () => {
  it.each<[Json, Json]>([
    ['{{ mood.mood }}', 'happy'],
    ['{{mood.confidence}}', 0.833],
    ['{{ mood.confidence }} of {{ camera }}', '0.833 of living'],
    ['{{ mood.at }}', '1970-01-01T00:00:00.000Z'],
    ['{{ trigger.kind }} at {{ trigger.at }}', 'mqtt at 1970-01-01T00:00:01.000Z'],
    ['{{ trigger.value }}', { x: 1 }],
    ['{{ trigger.topic }}: {{ trigger.value }}', 'button/action: {"x":1}'],
    ['{{ room }}', 'unknown'],
    [
      { a: ['{{ mood.valence }}', true, null, 3], '{{ camera }}': 'x' },
      { a: [-0.5, true, null, 3], '{{ camera }}': 'x' },
    ],
    ['nothing', 'nothing'],
    ['{ not } a {value}', '{ not } a {value}'],
  ])('makes of %j %j', (json, filled) => {
    expect(fillJson(json, VALUES)).toEqual(filled);
  });

  it('says nobody and home where there is none', () => {
    const cause = { ...CAUSE, camera: null, mood: moodAt(null, 0) };
    expect(fillJson('{{ mood.mood }} {{ camera }}', { rule: 'r', cause })).toBe('nobody home');
  });

  it('says unknown of a mood that there is none of', () => {
    expect(fillJson(['{{ mood.mood }}', '{{ mood.valence }}'], { rule: 'r', cause: { ...CAUSE, mood: null } })).toEqual(
      ['unknown', 'unknown'],
    );
  });

  it('encodes values where they stand in an address', () => {
    const cause = { ...CAUSE, value: 'a b/?&' };
    expect(fillText('http://x/{{ trigger.value }}', { rule: 'r', cause }, encodeURIComponent)).toBe(
      'http://x/a%20b%2F%3F%26',
    );
  });

  it('leaves everything without values as it is', () => {
    const text = fc.string().filter((word) => !word.includes('{{'));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), text, (value, word) => {
        const json = { word, value: JSON.parse(JSON.stringify(value).replaceAll('{{', '')) as Json };
        expect(fillJson(json, VALUES)).toEqual(json);
      }),
    );
  });
});

describe('templateFault', () => {
  it.each([
    ['{{ mood.mod }}', /did you mean `mood.mood`/],
    ['{{ constructor }}', /unknown value/],
    ['{{ mood.mood.length }}', /unknown value/],
    ['{{ 1 + 1 }}', /unknown value/],
    ['{{ }}', /unknown value/],
    ['{{ mood.mood', /no matching/],
    ['{{{ mood.mood }}}', /two braces/],
  ])('refuses %s', (text, message) => {
    expect(templateFault(text)).toMatch(message);
  });

  it.each(['', 'plain', '{{ mood.mood }}', '{{mood.faces}}/{{ camera }}', '} { }}'])('takes %s', (text) => {
    expect(templateFault(text)).toBeUndefined();
  });
});
