import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillJson, templateFault } from '../../src/rules/fill-template.ts';
import type { Json } from '../../src/rules/rule.ts';
import { moodAt } from './moods.ts';

const VALUES = { camera: 'living', rule: 'r', mood: moodAt('happy', 0, { confidence: 0.83333, valence: -0.5 }) };

describe('fillJson', () => {
  it.each<[Json, Json]>([
    ['{{ mood.mood }}', 'happy'],
    ['{{mood.confidence}}', 0.833],
    ['{{ mood.confidence }} of {{ camera }}', '0.833 of living'],
    ['{{ mood.at }}', '1970-01-01T00:00:00.000Z'],
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
    expect(fillJson('{{ mood.mood }} {{ camera }}', { ...VALUES, camera: null, mood: moodAt(null, 0) })).toBe(
      'nobody home',
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
