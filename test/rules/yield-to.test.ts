import { describe, expect, it } from 'vitest';
import type { Action, Json, Rule, YieldTo } from '../../src/rules/rule.ts';
import { ruleOf } from './moods.ts';
import { BUTTON, press, heard, playTimes, type Timed } from './play-rules.ts';

const LAMP = 'zigbee2mqtt/lamp';
const HOUR = 3_600_000;
const yieldTo: YieldTo = { topic: LAMP, command: undefined, path: undefined, forMs: HOUR };

function writes(payload: Json, topic = `${LAMP}/set`): Action {
  return { action: 'mqtt.publish', topic, payload, retain: false, qos: 1 };
}

function rule(payload: Json, more: Partial<Rule> = {}, topic?: string): Rule {
  return ruleOf(BUTTON, { actions: [writes(payload, topic)], yieldTo, ...more });
}

const lamp = (state: Json, nowMs: number, replayed = false) =>
  heard(LAMP, typeof state === 'string' ? state : JSON.stringify(state), nowMs, replayed);

const kinds = (one: Rule, inputs: readonly Timed[], others: readonly Rule[] = []) =>
  playTimes([one, ...others], inputs)
    .traces.filter((trace) => trace.rule === one.id)
    .map(({ outcome }) => outcome);

describe('yield_to takes for a person', () => {
  const warm = rule({ state: 'ON', brightness: 120, color_temp: 400 });

  it.each<[string, Rule, Timed[], string[]]>([
    [
      'who switches the lamp off',
      warm,
      [
        lamp({ state: 'ON', brightness: 200 }, 0),
        lamp({ state: 'OFF', brightness: 200 }, 1000),
        press(2000),
        press(HOUR + 1001),
      ],
      ['yielded', 'yielded', 'fired'],
    ],
    [
      'who dims it',
      warm,
      [lamp({ state: 'ON', brightness: 200 }, 0), lamp({ state: 'ON', brightness: 90 }, 1000)],
      ['yielded'],
    ],
    ['not the first word of the lamp', warm, [lamp({ state: 'OFF' }, 0), press(1000)], ['fired']],
    [
      'not what was retained',
      warm,
      [lamp({ state: 'ON' }, 0), lamp({ state: 'OFF' }, 1000, true), press(2000)],
      ['fired'],
    ],
    [
      'not a signal that grows weaker',
      warm,
      [
        lamp({ state: 'ON', linkquality: 80, last_seen: 1 }, 0),
        lamp({ state: 'ON', linkquality: 60, last_seen: 2 }, 1000),
        press(2000),
      ],
      ['fired'],
    ],
    [
      'not the echo of what a rule has written',
      warm,
      [
        lamp({ state: 'OFF', brightness: 10, color_temp: 200 }, 0),
        press(1000),
        lamp({ state: 'ON', brightness: 119, color_temp: 400, color_mode: 'color_temp' }, 1300),
        press(5000),
      ],
      ['fired', 'fired'],
    ],
    [
      'not the lamp on its way there',
      rule({ brightness: 250, transition: 30 }),
      [
        lamp({ state: 'OFF', brightness: 10 }, 0),
        press(1000),
        lamp({ state: 'ON', brightness: 90 }, 9000),
        lamp({ state: 'ON', brightness: 170 }, 19_000),
        lamp({ state: 'ON', brightness: 250 }, 31_000),
        press(32_000),
      ],
      ['fired', 'fired'],
    ],
    [
      'who turns the lamp off right after a rule has turned it on',
      warm,
      [
        lamp({ state: 'OFF', brightness: 10 }, 0),
        press(1000),
        lamp({ state: 'ON', brightness: 120 }, 1200),
        lamp({ state: 'OFF', brightness: 120 }, 3000),
        press(4000),
      ],
      ['fired', 'yielded', 'yielded'],
    ],
    [
      'who sets it, long after the rule, to what the rule would',
      warm,
      [
        lamp({ state: 'OFF' }, 0),
        press(1000),
        lamp({ state: 'ON' }, 1200),
        lamp({ state: 'OFF' }, 30_000),
        lamp({ state: 'ON' }, 60_000),
      ],
      ['fired', 'yielded', 'yielded'],
    ],
    [
      'not a colour that comes back in another form',
      rule({ color: { hex: '#3a7bd5' } }),
      [
        lamp({ state: 'OFF', color: { x: 0.1, y: 0.1 } }, 0),
        press(1000),
        lamp({ state: 'ON', color: { x: 0.2, y: 0.2 } }, 1500),
        press(3000),
      ],
      ['fired', 'fired'],
    ],
    [
      'not one value written below the command',
      rule(120, {}, `${LAMP}/set/brightness`),
      [
        lamp({ state: 'ON', brightness: 10 }, 0),
        press(1000),
        lamp({ state: 'ON', brightness: 120 }, 1500),
        press(3000),
      ],
      ['fired', 'fired'],
    ],
    [
      'not a word that a rule has written',
      rule('TOGGLE'),
      [lamp('OFF', 0), press(1000), lamp('ON', 1500), press(3000)],
      ['fired', 'fired'],
    ],
    [
      'only who changes the value that counts',
      rule({ brightness: 120 }, { yieldTo: { ...yieldTo, path: ['state'] } }),
      [
        lamp({ state: 'ON', brightness: 10 }, 0),
        lamp({ state: 'ON', brightness: 50 }, 1000),
        press(2000),
        lamp({ state: 'OFF' }, 20_000),
      ],
      ['fired', 'yielded'],
    ],
  ])('%s', (_, one, inputs, expected) => {
    expect(kinds(one, inputs)).toEqual(expected);
  });

  it('not another rule', () => {
    const other = ruleOf({ ...BUTTON, topic: 'other' }, { id: 'other', actions: [writes({ state: 'OFF' })] });
    const inputs = [lamp({ state: 'ON' }, 0), heard('other', 'x', 1000), lamp({ state: 'OFF' }, 1200), press(3000)];
    expect(kinds(warm, inputs, [other])).toEqual(['fired']);
  });

  it('not a command on a topic of another form, when that is named', () => {
    const topic = 'stat/lamp/POWER';
    const tasmota = ruleOf(BUTTON, {
      actions: [writes('ON', 'cmnd/lamp/POWER')],
      yieldTo: { topic, command: 'cmnd/lamp/POWER', path: undefined, forMs: HOUR },
    });
    const inputs = [
      heard(topic, 'OFF', 0),
      press(1000),
      heard(topic, 'ON', 1200),
      press(3000),
      heard(topic, 'OFF', 5000),
    ];
    expect(kinds(tasmota, inputs)).toEqual(['fired', 'fired', 'yielded']);
  });
});

describe('yield_to', () => {
  it('ends what runs: nothing of it is done to the lamp later', () => {
    const slow = ruleOf(BUTTON, {
      actions: [writes({ state: 'ON' }), { action: 'delay', forMs: 60_000 }, writes({ state: 'OFF' })],
      yieldTo,
    });
    const inputs = [
      lamp({ state: 'OFF' }, 0),
      press(1000),
      lamp({ state: 'ON' }, 1200),
      lamp({ state: 'OFF' }, 30_000),
      lamp({ state: 'ON' }, 40_000),
    ];
    const { effects } = playTimes([slow], inputs, { untilMs: 120_000 });
    expect(effects).toMatchObject([{ payload: '{"state":"ON"}' }]);
  });
});
