import { describe, expect, it } from 'vitest';
import { conditionHolds, inRange } from '../../src/rules/match-mood.ts';
import type { TimeCondition, Weekday } from '../../src/rules/rule.ts';
import { moodAt } from './moods.ts';

const clock = (text: string | undefined) => {
  const [hours = 0, minutes = 0] = text?.split(':').map(Number) ?? [];
  return text === undefined ? undefined : hours * 3600 + minutes * 60;
};
const at = (after: string | undefined, before: string | undefined, weekdays?: Weekday[]): TimeCondition => ({
  condition: 'time',
  afterS: clock(after),
  beforeS: clock(before),
  weekdays,
});

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
    expect(conditionHolds(at(after, before), () => undefined, nowMs, 'UTC')).toBe(holds);
  });

  it('looks at the local day and time', () => {
    const nowMs = Date.parse('2026-03-01T23:30:00Z'); // Monday, half past midnight in Berlin
    const holds = (condition: TimeCondition, zone: string) => conditionHolds(condition, () => undefined, nowMs, zone);
    expect(holds(at(undefined, undefined, ['mon']), 'Europe/Berlin')).toBe(true);
    expect(holds(at(undefined, undefined, ['sun']), 'UTC')).toBe(true);
    expect(holds(at(undefined, undefined, ['sun']), 'Europe/Berlin')).toBe(false);
    expect(holds(at('00:15', '00:45'), 'Europe/Berlin')).toBe(true);
    expect(holds(at('00:15', '00:45'), 'UTC')).toBe(false);
  });

  it('follows the clocks when they change', () => {
    const holds = (iso: string) =>
      conditionHolds(at('03:00', '03:30'), () => undefined, Date.parse(iso), 'Europe/Berlin');
    expect(holds('2026-03-29T00:59:59Z')).toBe(false); // 01:59:59, a second before the clocks go to 03:00
    expect(holds('2026-03-29T01:00:00Z')).toBe(true);
    expect(holds('2026-10-25T01:59:59Z')).toBe(false); // 02:59:59 for the second time
    expect(holds('2026-10-25T02:00:00Z')).toBe(true);
  });
});

describe('a condition on a mood', () => {
  const holds = (mood: Parameters<typeof moodAt>[0] | undefined, minConfidence = 0) =>
    conditionHolds(
      { condition: 'mood', camera: 'a', is: ['happy', null], minConfidence },
      () => (mood === undefined ? undefined : moodAt(mood, 0)),
      0,
      'UTC',
    );

  it.each<[string, boolean, boolean]>([
    ['one of its moods', holds('happy'), true],
    ['nobody, when that is one', holds(null), true],
    ['another mood', holds('sad'), false],
    ['too little confidence', holds('happy', 0.9), false],
    ['nothing fresh', holds(undefined), false],
  ])('%s', (_, result, expected) => {
    expect(result).toBe(expected);
  });
});

describe('inRange', () => {
  const range = { above: 0, below: 1 };

  it.each<[number | undefined, number, boolean]>([
    [0.5, 0, true],
    [0, 0, false],
    [1, 0, false],
    [1.05, 0.1, true],
    [-0.05, 0.1, true],
    [-0.1, 0.1, false],
    [undefined, 1, false],
  ])('%s with a slack of %d: %s', (value, slack, inside) => {
    expect(inRange(value, range, slack)).toBe(inside);
  });
});
