import { describe, expect, it } from 'vitest';
import type { MoodName } from '../../src/mood/mood.ts';
import { LocalClock } from '../../src/rules/local-clock.ts';
import { compareFirings, Rehearser } from '../../src/rules/rehearse.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { moodTrigger, ruleOf, updateAt, VALID_MS } from './moods.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-02T00:00:00Z');

function rehearse(rules: readonly Rule[], moods: Iterable<readonly [number, MoodName]>) {
  const rehearser = new Rehearser(rules, new LocalClock('UTC'));
  for (const [atMs, mood] of moods) rehearser.see(updateAt(mood, START + atMs));
  return rehearser.end();
}

describe('a rehearsal', () => {
  it('says what would have fired, with what it would have done', () => {
    const rule = ruleOf(moodTrigger({ forMs: 5000 }), {
      actions: [
        {
          action: 'mqtt.publish',
          topic: 'lamp/set',
          payload: { since: '{{ mood.confidence }}' },
          retain: false,
          qos: 1,
        },
        {
          action: 'http.request',
          method: 'POST',
          url: 'http://a/',
          headers: {},
          body: undefined,
          timeoutMs: 1000,
          retries: 1,
          backoffMs: 1000,
        },
        { action: 'delay', forMs: 10_000 },
        { action: 'log', message: 'then', level: 'info' },
      ],
    });
    const { firings, moods, fromMs, untilMs } = rehearse(
      [rule],
      [
        [0, 'neutral'],
        [1000, 'happy'],
        [10_000, 'happy'],
        [20_000, 'happy'],
      ],
    );
    expect(firings).toEqual([
      {
        rule: 'r',
        atMs: START + 6000,
        reason: 'a: happy (0.80) for 5 s',
        actions: ['lamp/set {"since":0.8}', 'POST http://a/', 'log: then'],
      },
    ]);
    expect([moods, fromMs - START, untilMs - START]).toEqual([4, 0, 20_000]);
  });

  it('sums up each rule: how often a day, the longest quiet, what held it back', () => {
    const rule = ruleOf(moodTrigger(), { cooldownMs: 3_600_000 });
    const moods: [number, MoodName][] = [];
    for (let hour = 0; hour < 24; hour++)
      moods.push([hour * 3_600_000, 'neutral'], [hour * 3_600_000 + 1000, hour % 2 === 0 ? 'happy' : 'sad']);
    moods.push([DAY - 2000, 'happy'], [DAY, 'happy']);
    const again = ruleOf(moodTrigger({ to: ['sad', 'happy'] }), { id: 'again', cooldownMs: 5_400_000 });
    const { summaries } = rehearse([rule, again], moods);
    expect(summaries).toEqual([
      { rule: 'r', fired: 12, perDay: 12, longestQuietMs: 7_200_000, held: {} },
      { rule: 'again', fired: 12, perDay: 12, longestQuietMs: 7_200_000, held: { cooldown: 12 } },
    ]);
  });

  it('takes conditions on messages to hold, and says of which rules', () => {
    const is = { path: undefined, is: ['ON'], above: undefined, below: undefined } as const;
    const asks = ruleOf(moodTrigger(), { id: 'asks', conditions: [{ condition: 'mqtt', topic: 'lamp', ...is }] });
    const waits = ruleOf({ trigger: 'mqtt', topic: 'button', ...is, forMs: 0 }, { id: 'waits' });
    const { firings, assumed, unheard } = rehearse(
      [asks, waits],
      [
        [0, 'neutral'],
        [1000, 'happy'],
      ],
    );
    expect(firings.map(({ rule }) => rule)).toEqual(['asks']);
    expect([assumed, unheard]).toEqual([['asks'], ['waits']]);
  });

  it('plays times too', () => {
    const rule = ruleOf({ trigger: 'time', at: [{ secondOfDay: 43_200 }], everyMs: undefined, weekdays: undefined });
    const { firings } = rehearse(
      [rule],
      [
        [0, 'neutral'],
        [2 * DAY, 'neutral'],
      ],
    );
    expect(firings.map(({ atMs }) => atMs - START)).toEqual([DAY / 2, DAY / 2 + DAY]);
  });

  it('goes on after the last mood for as long as it is valid, and no longer', () => {
    const rule = ruleOf(moodTrigger({ to: ['happy'], forMs: 5000 }));
    const firedAt = (untilMs: number): number[] => {
      const rehearser = new Rehearser([rule], new LocalClock('UTC'));
      rehearser.see(updateAt('neutral', 0));
      rehearser.see(updateAt('happy', 1000));
      rehearser.wait(untilMs);
      return rehearser.end().firings.map(({ atMs }) => atMs);
    };
    expect(firedAt(1000)).toEqual([]);
    expect(firedAt(5999)).toEqual([]);
    expect(firedAt(6000)).toEqual([6000]);
    expect(firedAt(DAY)).toEqual([6000]);
    const rehearser = new Rehearser([rule], new LocalClock('UTC'));
    rehearser.see(updateAt('happy', 1000));
    rehearser.wait(DAY);
    expect(rehearser.end().untilMs).toBe(1000 + VALID_MS);
  });

  it('takes a day of moods, one a second, in seconds', { timeout: 60_000 }, () => {
    const names: MoodName[] = ['neutral', 'happy', 'sad', 'uncertain'];
    const moods = function* (): Iterable<readonly [number, MoodName]> {
      for (let i = 0; i < 86_400; i++) yield [i * 1000, names[Math.floor(i / 37) % names.length]!];
    };
    const rules = ['happy', 'sad'].map((to) =>
      ruleOf(moodTrigger({ to: [to as MoodName], forMs: 20_000 }), { id: to }),
    );
    const startMs = performance.now();
    const { moods: count, firings } = rehearse(rules, moods());
    // Far above what it takes, so that a busy machine does not fail it; `npm run bench:rules` measures.
    expect(performance.now() - startMs).toBeLessThan(30_000);
    expect(count).toBe(86_400);
    expect(firings).toHaveLength(2 * Math.ceil(86_400 / 37 / 4));
  });
});

describe('a comparison', () => {
  const at = (atMs: number, rule = 'r') => ({ rule, atMs, reason: 'x' });

  it('pairs what is the same, or nearly, and tells the rest in order', () => {
    expect(compareFirings([at(1), at(100)], [at(100), at(1)], 0)).toEqual([]);
    expect(compareFirings([at(100)], [at(110)], 10)).toEqual([]);
    expect(compareFirings([at(300), at(100)], [at(200), at(100, 'other')], 10)).toEqual([
      { ...at(100), only: 'here' },
      { ...at(100, 'other'), only: 'there' },
      { ...at(200), only: 'there' },
      { ...at(300), only: 'here' },
    ]);
  });

  it('pairs each only once', () => {
    expect(compareFirings([at(100), at(101)], [at(100)], 10)).toEqual([{ ...at(101), only: 'here' }]);
  });
});
