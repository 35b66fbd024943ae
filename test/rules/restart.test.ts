import { describe, expect, it } from 'vitest';
import type { Action, Effect, Rule } from '../../src/rules/rule.ts';
import { RuleMemory } from '../../src/rules/rule-memory.ts';
import { parseSavedRules, resumeRules, saveRules } from '../../src/rules/saved-rules.ts';
import { moodTrigger, ruleOf, updateAt } from './moods.ts';
import { BUTTON, press, bookOf, heard, playTimes, seen, type Timed } from './play-rules.ts';

const log = (message: string): Action => ({ action: 'log', message, level: 'info' });
const words = (effects: readonly Effect[]) => effects.map((one) => (one.type === 'log' ? one.message : one.type));

/** Lives until a stop, and again from a start on, by what was written between. */
function twice(
  rule: Rule,
  before: readonly Timed[],
  stopMs: number,
  startMs: number,
  after: readonly Timed[],
  untilMs: number,
  other = rule,
) {
  const first = playTimes([rule], before, { untilMs: stopMs, memory: new RuleMemory(bookOf([rule]), 0) });
  const saved = parseSavedRules(JSON.parse(JSON.stringify(saveRules(first.memory, stopMs))));
  const { memory, traces } = resumeRules(bookOf([other]), saved, startMs);
  const second = playTimes([other], after, { untilMs, memory });
  return {
    before: words(first.effects),
    after: words(second.effects),
    kinds: [...first.kinds, '|', ...traces.map(({ outcome }) => outcome), ...second.kinds],
  };
}

describe('after a restart', () => {
  const slow = ruleOf(BUTTON, { actions: [log('begin'), { action: 'delay', forMs: 60_000 }, log('end')] });

  it('a cooldown goes on', () => {
    const rule = ruleOf(BUTTON, { cooldownMs: 60_000 });
    expect(twice(rule, [press(0)], 10_000, 20_000, [press(30_000), press(60_000)], 60_000).kinds).toEqual([
      'fired',
      '|',
      'cooldown',
      'fired',
    ]);
  });

  it('a delay goes on, at once when its time came meanwhile, and not when that was long ago', () => {
    expect(twice(slow, [press(0)], 10_000, 20_000, [], 59_999).after).toEqual([]);
    expect(twice(slow, [press(0)], 10_000, 20_000, [], 60_000).after).toEqual(['end']);
    expect(twice(slow, [press(0)], 10_000, 100_000, [], 100_001).after).toEqual(['end']);
    const late = twice(slow, [press(0)], 10_000, 661_000, [], 700_000);
    expect(late.after).toEqual([]);
    expect(late.kinds).toEqual(['fired', '|', 'cancelled']);
  });

  it('a delay of a rule that was changed meanwhile has ended', () => {
    const other = { ...slow, alias: 'another' };
    const { after, kinds } = twice(slow, [press(0)], 10_000, 20_000, [], 100_000, other);
    expect(after).toEqual([]);
    expect(kinds).toEqual(['fired', '|', 'cancelled']);
  });

  it('a request whose answer was due is not made again, and what follows is done', () => {
    const http: Action = {
      action: 'http.request',
      method: 'POST',
      url: 'http://a/',
      headers: {},
      body: undefined,
      timeoutMs: 5000,
      retries: 3,
      backoffMs: 1000,
    };
    const { before, after } = twice(
      ruleOf(BUTTON, { actions: [http, log('then')] }),
      [press(0)],
      10,
      20_000,
      [],
      20_001,
    );
    expect(before).toEqual(['http']);
    expect(after).toEqual(['then']);
  });

  it('a wait goes on', () => {
    const wait: Action = { action: 'wait_for', triggers: [BUTTON], timeoutMs: 60_000, continueOnTimeout: false };
    const rule = ruleOf({ ...BUTTON, topic: 'start' }, { actions: [wait, log('then')] });
    const started = [heard('start', 'x', 0)];
    expect(twice(rule, started, 10_000, 20_000, [press(30_000)], 30_001).after).toEqual(['then']);
    expect(twice(rule, started, 10_000, 20_000, [press(61_000)], 61_001).after).toEqual([]);
  });

  it('a time that came meanwhile is kept when it is not long past, and never twice', () => {
    const rule = ruleOf({ trigger: 'time', at: [{ secondOfDay: 3600 }], everyMs: undefined, weekdays: undefined });
    const hour = 3_600_000;
    expect(twice(rule, [], hour - 1000, hour + 60_000, [], 2 * hour).kinds).toEqual(['|', 'fired']);
    expect(twice(rule, [], hour + 1000, hour + 2000, [], 2 * hour).kinds).toEqual(['fired', '|']);
    expect(twice(rule, [], hour - 1000, 2 * hour, [], 3 * hour).kinds).toEqual(['|', 'missed']);
  });

  it('what held goes on to be counted over a short absence, through the first moods of a camera that finds its way', () => {
    const rule = ruleOf(moodTrigger({ to: ['sad'], forMs: 60_000 }));
    const before = [0, 10, 20].map((s) => seen(updateAt('sad', s * 1000)));
    const first = [seen(updateAt(null, 40_000)), seen(updateAt('uncertain', 42_000))];
    const then = [44, 54, 64].map((s) => seen(updateAt('sad', s * 1000)));
    expect(twice(rule, before, 21_000, 38_000, [...first, ...then], 65_000).kinds).toEqual(['waiting', '|', 'fired']);
    const other = [44, 54, 64].map((s) => seen(updateAt('happy', s * 1000)));
    expect(twice(rule, before, 21_000, 38_000, [...first, ...other], 65_000).kinds).toEqual([
      'waiting',
      '|',
      'cancelled',
    ]);
    // Nobody came to be seen: what was waited for is not taken for granted.
    expect(twice(rule, before, 21_000, 38_000, [], 200_000).kinds).toEqual(['waiting', '|', 'cancelled']);
    // And two minutes are too long.
    expect(twice(rule, before, 21_000, 150_000, [], 151_000).kinds).toEqual(['waiting', '|', 'cancelled']);
  });

  it('what held is overdue when the camera says that it still does: once', () => {
    const rule = ruleOf(moodTrigger({ to: ['sad'], forMs: 30_000 }));
    const before = [0, 10, 20].map((s) => seen(updateAt('sad', s * 1000)));
    const after = [seen(updateAt('uncertain', 50_000)), ...[52, 62, 72].map((s) => seen(updateAt('sad', s * 1000)))];
    expect(twice(rule, before, 21_000, 45_000, after, 80_000).kinds).toEqual(['waiting', '|', 'fired']);
  });

  it('a mood without `for` that holds already is no change', () => {
    const rule = ruleOf(moodTrigger({ to: ['sad'] }));
    const before = [seen(updateAt('neutral', 0))];
    expect(
      twice(rule, before, 1000, 5000, [seen(updateAt('sad', 6000)), seen(updateAt('sad', 7000))], 8000).kinds,
    ).toEqual(['|']);
  });

  it('a thing that a person has changed is still left alone', () => {
    const yieldTo = { topic: 'lamp', command: undefined, path: undefined, forMs: 60_000 };
    const rule = ruleOf(BUTTON, { yieldTo });
    const before = [heard('lamp', 'ON', 0), heard('lamp', 'OFF', 1000)];
    expect(twice(rule, before, 2000, 3000, [press(30_000), press(62_000)], 62_001).kinds).toEqual([
      'yielded',
      '|',
      'yielded',
      'fired',
    ]);
  });

  it('a rule that the brake has stopped stands still', () => {
    const rule = ruleOf(BUTTON, { brake: { actions: 1, perMs: 1000 } });
    expect(twice(rule, [press(0), press(1)], 2000, 9000, [press(10_000)], 10_001).kinds).toEqual([
      'fired',
      'fired',
      'stopped',
      '|',
      'stopped',
    ]);
  });

  it('a state that is none is refused', () => {
    expect(() => parseSavedRules({ atMs: 'x' })).toThrow();
    expect(() => parseSavedRules([])).toThrow();
  });
});
