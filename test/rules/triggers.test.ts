import { describe, expect, it } from 'vitest';
import { LocalClock } from '../../src/rules/local-clock.ts';
import { RuleMemory } from '../../src/rules/rule-memory.ts';
import type { MqttTrigger, PresenceTrigger, TimeTrigger } from '../../src/rules/rule.ts';
import { moodTrigger, numericTrigger, ruleOf, updateAt } from './moods.ts';
import { bookOf, heard, moods, playInputs, playTimes, seen, time, type Timed } from './play-rules.ts';

const HOUR = 3_600_000;

function presence(event: PresenceTrigger['event'], forMs = 0): PresenceTrigger {
  return { trigger: 'presence', camera: 'a', room: null, event, forMs };
}

function mqtt(more: Partial<MqttTrigger> = {}): MqttTrigger {
  const match = { path: undefined, is: undefined, above: undefined, below: undefined };
  return { trigger: 'mqtt', topic: 'button', ...match, forMs: 0, ...more };
}

function timer(more: Partial<TimeTrigger> = {}): TimeTrigger {
  return { trigger: 'time', at: [], everyMs: undefined, weekdays: undefined, ...more };
}

function firings(kinds: readonly string[]): number {
  return kinds.filter((kind) => kind === 'fired').length;
}

describe('a trigger on presence fires', () => {
  const long = [...moods('neutral'), seen(updateAt(null, 12_000))];

  it.each<[string, PresenceTrigger, Timed[], number]>([
    [
      'when somebody comes after long',
      presence('arrived'),
      [...moods(null), ...[11, 12].map((s) => seen(updateAt(s === 11 ? null : 'uncertain', s * 1000)))],
      1,
    ],
    ['not for who is there when it begins to look', presence('arrived'), moods(null, 'uncertain', 'neutral'), 0],
    [
      'not again while somebody stays',
      presence('arrived'),
      [...long, seen(updateAt('uncertain', 13_000)), seen(updateAt('sad', 14_000)), seen(updateAt('happy', 15_000))],
      1,
    ],
    ['when nobody is left', presence('left'), long, 1],
    ['not when nobody was there', presence('left'), moods(null, null), 0],
    ['not at another camera', { ...presence('left'), camera: 'b' }, long, 0],
    [
      'after its time',
      presence('left', 2000),
      [...long, seen(updateAt(null, 13_000)), seen(updateAt(null, 14_000))],
      1,
    ],
    [
      'not when somebody comes back before',
      presence('left', 3000),
      [...long, seen(updateAt('neutral', 14_000)), seen(updateAt('neutral', 16_000))],
      0,
    ],
  ])('%s', (_, trigger, inputs, times) => {
    expect(firings(playTimes([ruleOf(trigger)], inputs).kinds)).toBe(times);
  });

  it('for a room', () => {
    const trigger: PresenceTrigger = { ...presence('left'), camera: null, room: 'Kitchen' };
    const inputs = [seen(updateAt('happy', 0, {}, null, 'Kitchen')), seen(updateAt(null, 1000, {}, null, 'Kitchen'))];
    expect(playInputs([ruleOf(trigger)], inputs).traces).toMatchObject([
      { outcome: 'fired', room: 'Kitchen', camera: null, reason: 'the room Kitchen: nobody visible' },
    ]);
  });
});

describe('a trigger on messages fires', () => {
  it.each<[string, MqttTrigger, Timed[], number]>([
    ['at each message', mqtt(), [heard('button', 'x', 0), heard('button', 'x', 1)], 2],
    ['not at a retained or repeated one', mqtt(), [heard('button', 'x', 0, true)], 0],
    ['with its value', mqtt({ path: ['action'], is: ['single'] }), [heard('button', '{"action":"single"}', 0)], 1],
    ['not with another', mqtt({ path: ['action'], is: ['single'] }), [heard('button', '{"action":"double"}', 0)], 0],
    ['not with none', mqtt({ path: ['action'], is: ['single'] }), [heard('button', '{}', 0)], 0],
    ['above a limit', mqtt({ path: ['lux'], above: 100 }), [heard('button', '{"lux":101}', 0)], 1],
    ['not at it', mqtt({ path: ['lux'], above: 100 }), [heard('button', '{"lux":100}', 0)], 0],
    [
      'through a filter',
      mqtt({ topic: 'z/+/x' }),
      [heard('z/1/x', 'a', 0, false, 'z/+/x'), heard('z/2/x', 'a', 1, false, 'z/+/x')],
      2,
    ],
    ['not at what another filter brings', mqtt({ topic: 'z/+/x' }), [heard('z/1/x', 'a', 0)], 0],
    [
      'after its time',
      mqtt({ is: ['ON'], forMs: 5000 }),
      [heard('button', 'ON', 0), heard('button', 'ON', 3000), time(5000)],
      1,
    ],
    [
      'once for it',
      mqtt({ is: ['ON'], forMs: 5000 }),
      [heard('button', 'ON', 0), heard('button', 'ON', 6000), time(20_000)],
      1,
    ],
    [
      'not when something else was said',
      mqtt({ is: ['ON'], forMs: 5000 }),
      [heard('button', 'ON', 0), heard('button', 'OFF', 3000), time(9000)],
      0,
    ],
    [
      'not when something else was retained',
      mqtt({ is: ['ON'], forMs: 5000 }),
      [heard('button', 'ON', 0), heard('button', 'OFF', 3000, true), time(9000)],
      0,
    ],
    [
      'not when its value was only retained',
      mqtt({ is: ['ON'], forMs: 5000 }),
      [heard('button', 'ON', 0, true), time(9000)],
      0,
    ],
    [
      'from the first live one on',
      mqtt({ is: ['ON'], forMs: 5000 }),
      [heard('button', 'ON', 0, true), heard('button', 'ON', 3000), time(9000)],
      1,
    ],
  ])('%s', (_, trigger, inputs, times) => {
    expect(firings(playTimes([ruleOf(trigger)], inputs).kinds)).toBe(times);
  });

  it('and says what was said', () => {
    const rule = ruleOf(mqtt({ path: ['action'] }), {
      actions: [{ action: 'log', level: 'info', message: '{{ trigger.topic }} {{ trigger.value }} {{ mood.mood }}' }],
    });
    const inputs = [seen(updateAt('sad', 0, {}, null)), heard('button', '{"action":"hold"}', 1)];
    const { traces, effects } = playInputs([rule], inputs);
    expect(traces).toMatchObject([{ reason: 'button said "hold"', camera: null, room: null, mood: { mood: 'sad' } }]);
    expect(effects).toMatchObject([{ message: 'button hold sad' }]);
  });
});

describe('a trigger on time fires', () => {
  const day = Date.parse('2026-03-02T00:00:00Z'); // a Monday
  const at = (hours: number) => ({ secondOfDay: hours * 3600 });
  const times = (trigger: TimeTrigger, fromMs: number, untilMs: number, clock = new LocalClock('UTC')) => {
    const rules = [ruleOf(trigger)];
    const memory = new RuleMemory(bookOf(rules, clock), fromMs);
    return playTimes(rules, [time(fromMs)], { untilMs, memory })
      .traces.filter(({ outcome }) => outcome === 'fired')
      .map(({ atMs }) => new Date(atMs).toISOString().slice(5, 16));
  };

  it('once a day', () => {
    expect(times(timer({ at: [at(22)] }), day, day + 48 * HOUR)).toEqual(['03-02T22:00', '03-03T22:00']);
  });

  it('at each of its times', () => {
    expect(times(timer({ at: [at(22), at(7)] }), day, day + 24 * HOUR)).toEqual(['03-02T07:00', '03-02T22:00']);
  });

  it('on its weekdays', () => {
    expect(times(timer({ at: [at(8)], weekdays: ['sat', 'sun'] }), day, day + 7 * 24 * HOUR)).toEqual([
      '03-07T08:00',
      '03-08T08:00',
    ]);
  });

  it('every so often', () => {
    expect(times(timer({ everyMs: 6 * HOUR }), day + 1000, day + 24 * HOUR - 1)).toEqual([
      '03-02T06:00',
      '03-02T12:00',
      '03-02T18:00',
    ]);
  });

  it('once on the day when the clocks go back, and on the day when they leave its time out', () => {
    const clock = new LocalClock('Europe/Berlin');
    const trigger = timer({ at: [{ secondOfDay: 9000 }] });
    const autumn = Date.parse('2026-10-24T12:00:00Z');
    expect(times(trigger, autumn, autumn + 24 * HOUR, clock)).toEqual(['10-25T00:30']);
    const spring = Date.parse('2026-03-28T12:00:00Z');
    expect(times(trigger, spring, spring + 24 * HOUR, clock)).toEqual(['03-29T01:30']);
  });

  it('at sunset, and before it', () => {
    const clock = new LocalClock('Europe/Berlin', { latitude: 52.52, longitude: 13.4 });
    const noon = Date.parse('2026-06-21T10:00:00Z');
    const sunset = (offsetMs: number) =>
      times(timer({ at: [{ sun: 'sunset', offsetMs }] }), noon, noon + 12 * HOUR, clock);
    expect(sunset(0)).toEqual(['06-21T19:33']);
    expect(sunset(-HOUR)).toEqual(['06-21T18:33']);
  });

  it('when it is somewhat late, and not when it is long past', () => {
    const rules = [ruleOf(timer({ at: [at(22)] }))];
    const due = day + 22 * HOUR;
    expect(playInputs(rules, [time(day), time(due + 599_000)]).kinds).toEqual(['fired']);
    expect(playInputs(rules, [time(day), time(due + 601_000), time(due + 25 * HOUR)]).kinds).toEqual([
      'missed',
      'missed',
    ]);
  });

  it('not twice when the clock is set back a little, and again when it was wrong by far', () => {
    const rules = [ruleOf(timer({ at: [at(22)] }))];
    const due = day + 22 * HOUR;
    expect(playTimes(rules, [time(day), time(due), time(due - 60_000)], { untilMs: due + HOUR }).kinds).toEqual([
      'fired',
    ]);
    const year = 365 * 24 * HOUR;
    expect(playTimes(rules, [time(day + year), time(day)], { untilMs: due + HOUR }).kinds).toEqual(['fired']);
  });
});

describe('several triggers', () => {
  it('fire a rule once, when one input fires them all', () => {
    const triggers = [moodTrigger({ to: ['sad'] }), numericTrigger(), presence('arrived')];
    expect(playInputs([ruleOf(triggers)], moods('neutral', { mood: 'sad', valence: -0.5 })).kinds).toEqual(['fired']);
  });
});
