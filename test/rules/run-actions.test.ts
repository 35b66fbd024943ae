import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/rules/rule.ts';
import { type ActionSink, runActions } from '../../src/rules/run-actions.ts';
import { moodTrigger, ruleOf } from './moods.ts';

function recordingSink(failing = ''): ActionSink & { readonly done: unknown[][] } {
  const done: unknown[][] = [];
  return {
    done,
    publish: (topic, payload, options) => {
      if (topic === failing) throw new Error('no connection');
      done.push(['publish', topic, payload, options]);
    },
    log: (level, message, fields) => done.push(['log', level, message, fields]),
  };
}

const RULE = ruleOf(moodTrigger());
const publish = (topic: string, payload: Extract<Action, { action: 'mqtt.publish' }>['payload']): Action => ({
  action: 'mqtt.publish',
  topic,
  payload,
  retain: true,
  qos: 0,
});

describe('runActions', () => {
  it('publishes text as it is and anything else as JSON, in order', () => {
    const sink = recordingSink();
    const actions = [publish('a', 'ON'), publish('b', { x: [1, null] }), publish('c', 3), publish('d', false)];
    runActions({ rule: RULE, actions }, sink);
    expect(sink.done).toEqual([
      ['publish', 'a', 'ON', { retain: true, qos: 0 }],
      ['publish', 'b', '{"x":[1,null]}', { retain: true, qos: 0 }],
      ['publish', 'c', '3', { retain: true, qos: 0 }],
      ['publish', 'd', 'false', { retain: true, qos: 0 }],
    ]);
  });

  it('logs with the rule', () => {
    const sink = recordingSink();
    runActions({ rule: RULE, actions: [{ action: 'log', message: 'hello', level: 'warn' }] }, sink);
    expect(sink.done).toEqual([['log', 'warn', 'hello', { rule: 'r' }]]);
  });

  it('goes on after an action that fails, and says so', () => {
    const sink = recordingSink('a');
    runActions({ rule: RULE, actions: [publish('a', '1'), publish('b', '2')] }, sink);
    expect(sink.done).toEqual([
      ['log', 'error', 'action 1 (mqtt.publish) of rule r failed: no connection', { rule: 'r' }],
      ['publish', 'b', '2', { retain: true, qos: 0 }],
    ]);
  });
});
