import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCondition } from '../../src/rules/judge-condition.ts';
import type { Condition, Moment, TimeCondition, Weekday } from '../../src/rules/rule.ts';
import { moodAt, sceneAt } from './moods.ts';

const moment = (text: string | undefined): Moment | undefined => {
  if (text === undefined) return undefined;
  if (text === 'sunrise' || text === 'sunset') return { sun: text, offsetMs: 0 };
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return { secondOfDay: hours * 3600 + minutes * 60 };
};
const at = (after: string | undefined, before: string | undefined, weekdays?: Weekday[]): TimeCondition => ({
  condition: 'time',
  after: moment(after),
  before: moment(before),
  weekdays,
});
const HOME = { camera: null, room: null };
const BERLIN = { latitude: 52.52, longitude: 13.4 };

describe('a condition on time', () => {
  it.each<[string | undefined, string | undefined, string, boolean]>([
    ['18:00', '23:30', '18:00:00', true],
    ['18:00', '23:30', '17:59:59', false],
    ['18:00', '23:30', '23:29:59', true],
    ['18:00', '23:30', '23:30:00', false],
    ['22:00', '06:00', '23:00:00', true],
    ['22:00', '06:00', '00:00:00', true],
    ['22:00', '06:00', '05:59:59', true],
    ['22:00', '06:00', '06:00:00', false],
    ['22:00', '06:00', '12:00:00', false],
    ['22:00', undefined, '23:00:00', true],
    ['22:00', undefined, '01:00:00', false],
    [undefined, '06:00', '01:00:00', true],
    [undefined, '06:00', '07:00:00', false],
  ])('after %s, before %s, at %s: %s', (after, before, now, holds) => {
    const nowMs = Date.parse(`2026-03-02T${now}Z`);
    expect(judgeCondition(at(after, before), sceneAt(nowMs))).toBe(holds);
  });

  it('looks at the local day and time', () => {
    const nowMs = Date.parse('2026-03-01T23:30:00Z'); // Monday, half past midnight in Berlin
    const holds = (condition: TimeCondition, zone: string) => judgeCondition(condition, sceneAt(nowMs, { zone }));
    expect(holds(at(undefined, undefined, ['mon']), 'Europe/Berlin')).toBe(true);
    expect(holds(at(undefined, undefined, ['sun']), 'UTC')).toBe(true);
    expect(holds(at(undefined, undefined, ['sun']), 'Europe/Berlin')).toBe(false);
    expect(holds(at('00:15', '00:45'), 'Europe/Berlin')).toBe(true);
    expect(holds(at('00:15', '00:45'), 'UTC')).toBe(false);
  });

  it('follows the clocks when they change', () => {
    const holds = (iso: string) =>
      judgeCondition(at('03:00', '03:30'), sceneAt(Date.parse(iso), { zone: 'Europe/Berlin' }));
    expect(holds('2026-03-29T00:59:59Z')).toBe(false); // 01:59:59, a second before the clocks go to 03:00
    expect(holds('2026-03-29T01:00:00Z')).toBe(true);
    expect(holds('2026-10-25T01:59:59Z')).toBe(false); // 02:59:59 for the second time
    expect(holds('2026-10-25T02:00:00Z')).toBe(true);
  });

  it('knows the sun, where the home is known', () => {
    const night = at('sunset', 'sunrise');
    const holds = (iso: string, location?: typeof BERLIN) =>
      judgeCondition(night, sceneAt(Date.parse(iso), { zone: 'Europe/Berlin', ...(location && { location }) }));
    // Sunset in Berlin on 21 June is at 21:33, sunrise at 04:43.
    expect(holds('2026-06-21T19:00:00Z', BERLIN)).toBe(false);
    expect(holds('2026-06-21T19:40:00Z', BERLIN)).toBe(true);
    expect(holds('2026-06-21T02:30:00Z', BERLIN)).toBe(true);
    expect(holds('2026-06-21T02:50:00Z', BERLIN)).toBe(false);
    expect(holds('2026-06-21T19:40:00Z')).toBeUndefined();
    expect(holds('2026-06-21T19:40:00Z', { latitude: 78, longitude: 15 })).toBeUndefined();
  });
});

describe('a condition on a mood', () => {
  const holds = (mood: Parameters<typeof moodAt>[0] | undefined, minConfidence = 0) =>
    judgeCondition(
      { condition: 'mood', ...HOME, is: ['happy', null], minConfidence },
      sceneAt(0, mood === undefined ? {} : { mood: moodAt(mood, 0) }),
    );

  it.each<[string, boolean | undefined, boolean | undefined]>([
    ['one of its moods', holds('happy'), true],
    ['nobody, when that is one', holds(null), true],
    ['another mood', holds('sad'), false],
    ['uncertainty', holds('uncertain'), false],
    ['too little confidence', holds('happy', 0.9), false],
    ['nothing fresh', holds(undefined), undefined],
  ])('%s', (_, result, expected) => {
    expect(result).toBe(expected);
  });
});

describe('a condition on presence, numbers and messages', () => {
  const here = sceneAt(0, { mood: moodAt('uncertain', 0, { faces: 2, arousal: 0.5 }) });
  const gone = sceneAt(0, { mood: moodAt(null, 0) });
  const said = (payload: string) => sceneAt(0, { topics: { lamp: payload } });
  const presence = (is: 'present' | 'absent'): Condition => ({ condition: 'presence', ...HOME, is });
  const numeric = (above: number): Condition => ({
    condition: 'numeric',
    ...HOME,
    attribute: 'arousal',
    above,
    below: undefined,
  });
  const mqtt = (more: object): Condition => ({
    condition: 'mqtt',
    topic: 'lamp',
    path: undefined,
    is: undefined,
    above: undefined,
    below: undefined,
    ...more,
  });

  it.each<[string, boolean | undefined, boolean | undefined]>([
    ['somebody uncertain is present', judgeCondition(presence('present'), here), true],
    ['and not absent', judgeCondition(presence('absent'), here), false],
    ['nobody is absent', judgeCondition(presence('absent'), gone), true],
    ['nothing fresh says neither', judgeCondition(presence('absent'), sceneAt(0)), undefined],
    ['a number inside', judgeCondition(numeric(0.4), here), true],
    ['a number outside', judgeCondition(numeric(0.5), here), false],
    ['no number of nobody', judgeCondition(numeric(-1), gone), false],
    ['the value of a message', judgeCondition(mqtt({ path: ['state'], is: ['ON'] }), said('{"state":"ON"}')), true],
    ['in any case of letters', judgeCondition(mqtt({ is: ['on'] }), said('ON')), true],
    ['another value', judgeCondition(mqtt({ path: ['state'], is: ['ON'] }), said('{"state":"OFF"}')), false],
    ['no such value', judgeCondition(mqtt({ path: ['state'], is: ['ON'] }), said('{"power":1}')), false],
    ['no JSON where a path leads into it', judgeCondition(mqtt({ path: ['state'], is: ['ON'] }), said('ON')), false],
    ['a number in a message', judgeCondition(mqtt({ path: ['c', 'x'], above: 0.2 }), said('{"c":{"x":0.3}}')), true],
    ['a number as text', judgeCondition(mqtt({ above: 20 }), said('"21.5"')), true],
    ['no number', judgeCondition(mqtt({ above: 20 }), said('warm')), false],
    ['nothing said yet', judgeCondition(mqtt({ is: ['ON'] }), sceneAt(0)), undefined],
    ['taken to hold in a rehearsal', judgeCondition(mqtt({ is: ['ON'] }), sceneAt(0, { assumeMessages: true })), true],
  ])('%s', (_, result, expected) => {
    expect(result).toBe(expected);
  });
});

describe('groups', () => {
  const leaf: Readonly<Record<string, Condition>> = {
    yes: { condition: 'presence', camera: 'yes', room: null, is: 'present' },
    no: { condition: 'presence', camera: 'no', room: null, is: 'present' },
    unknown: { condition: 'presence', camera: 'unknown', room: null, is: 'present' },
  };
  const scene = {
    ...sceneAt(0),
    place: ({ camera }: { camera: string | null }) => {
      const mood = camera === 'yes' ? 'happy' : camera === 'no' ? null : undefined;
      const after =
        mood === undefined ? undefined : sceneAt(0, { mood: moodAt(mood, 0) }).place({ camera, room: null }).after;
      return { before: after, after, news: false };
    },
  };
  const group = (condition: 'and' | 'or' | 'not', ...names: string[]) =>
    judgeCondition({ condition, conditions: names.map((name) => leaf[name]!) }, scene);

  it.each<[string, boolean | undefined, boolean | undefined]>([
    ['and: all', group('and', 'yes', 'yes'), true],
    ['and: one not', group('and', 'yes', 'no', 'unknown'), false],
    ['and: one unknown', group('and', 'yes', 'unknown'), undefined],
    ['or: one', group('or', 'no', 'yes', 'unknown'), true],
    ['or: none', group('or', 'no', 'no'), false],
    ['or: none, one unknown', group('or', 'no', 'unknown'), undefined],
    ['not: none', group('not', 'no', 'no'), true],
    ['not: one', group('not', 'no', 'yes'), false],
    ['not: a stale mood is no mood, and no other either', group('not', 'unknown'), undefined],
  ])('%s', (_, result, expected) => {
    expect(result).toBe(expected);
  });

  const anyGroup = fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...Object.values(leaf)),
      fc.record({
        condition: fc.constantFrom('and' as const, 'or' as const, 'not' as const),
        conditions: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }),
    ),
  })).tree;

  it('keep to De Morgan: not any of them is all of their opposites', () => {
    fc.assert(
      fc.property(fc.array(anyGroup, { minLength: 1, maxLength: 3 }), (conditions) => {
        const not = (one: Condition): Condition => ({ condition: 'not', conditions: [one] });
        const none = judgeCondition(not({ condition: 'or', conditions }), scene);
        expect(judgeCondition({ condition: 'and', conditions: conditions.map(not) }, scene)).toBe(none);
        expect(judgeCondition({ condition: 'not', conditions }, scene)).toBe(none);
      }),
      { numRuns: 500 },
    );
  });
});
