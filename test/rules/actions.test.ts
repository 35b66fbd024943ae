import { describe, expect, it } from 'vitest';
import type { Action, Condition, Effect, HttpAction, HttpResult, Rule } from '../../src/rules/rule.ts';
import { moodTrigger, ruleOf, updateAt } from './moods.ts';
import { BUTTON, moods, playInputs, playTimes, press, seen, time, type Timed } from './play-rules.ts';

const log = (message: string): Action => ({ action: 'log', message, level: 'info' });
const delay = (forMs: number): Action => ({ action: 'delay', forMs });
const publish = (topic: string, payload: Extract<Action, { action: 'mqtt.publish' }>['payload']): Action => ({
  action: 'mqtt.publish',
  topic,
  payload,
  retain: true,
  qos: 0,
});
const request = (more: Partial<HttpAction> = {}): HttpAction => ({
  action: 'http.request',
  method: 'POST',
  url: 'http://music.local/play?m={{ mood.mood }}',
  headers: {},
  body: { json: { mood: '{{ mood.mood }}' } },
  timeoutMs: 5000,
  retries: 0,
  backoffMs: 1000,
  ...more,
});
const answered = (nowMs: number, ok: boolean, attempt = 1, run = 1): Timed => {
  const result: HttpResult = { rule: 'r', run, attempt, ok, detail: ok ? 'answered 200' : 'answered 500' };
  return { nowMs, input: { type: 'http', result } };
};

/** A rule that a button starts. */
function pressed(actions: readonly Action[], more: Partial<Rule> = {}): Rule {
  return ruleOf(BUTTON, { actions, ...more });
}

/** What was done: texts of logs, topics of messages, attempts of requests. */
function done(effects: readonly Effect[]): string[] {
  return effects.map((one) =>
    one.type === 'log' ? one.message : one.type === 'publish' ? `${one.topic} ${one.payload}` : `try ${one.attempt}`,
  );
}

function play(rule: Rule, inputs: readonly Timed[], untilMs?: number) {
  const played = playTimes([rule], inputs, untilMs === undefined ? {} : { untilMs });
  return { ...played, done: done(played.effects) };
}

describe('actions', () => {
  it('publish text as it is and anything else as JSON, in order', () => {
    const actions = [publish('a', 'ON'), publish('b', { x: [1, null] }), publish('c', 3), publish('d', false)];
    expect(play(pressed(actions), [press(0)]).done).toEqual(['a ON', 'b {"x":[1,null]}', 'c 3', 'd false']);
  });

  it('wait, and go on in their time', () => {
    const rule = pressed([log('1'), delay(10_000), log('2'), delay(0), log('3')]);
    expect(play(rule, [press(0)], 9999).done).toEqual(['1']);
    expect(play(rule, [press(0)], 10_000).done).toEqual(['1', '2', '3']);
  });

  it('are not kept waiting by a clock that was set back, nor done long after their time', () => {
    const rule = pressed([delay(10_000), log('late')]);
    const hour = 3_600_000;
    expect(play(rule, [press(hour), time(0)], 10_000).done).toEqual(['late']);
    const late = playInputs([rule], [press(0), time(10_000 + 601_000)]);
    expect(late.effects).toEqual([]);
    expect(late.kinds).toEqual(['fired', 'cancelled']);
  });

  it('make requests, with values, and go on when they are answered', () => {
    const rule = pressed([request(), log('then')]);
    const { effects } = play(rule, [seen(updateAt('sad', 0, {}, null)), press(1)]);
    expect(effects).toMatchObject([
      {
        type: 'http',
        run: 1,
        attempt: 1,
        request: { url: 'http://music.local/play?m=sad', body: { json: { mood: 'sad' } } },
      },
    ]);
    expect(play(rule, [press(0), answered(50, true)]).done).toEqual(['try 1', 'then']);
  });

  it('go on after a request that fails, and say so without what may be secret', () => {
    const rule = pressed([request({ url: 'http://me:secret@music.local/x?token=secret' }), log('then')]);
    const failed = play(rule, [press(0), answered(50, false)]);
    expect(failed.done).toEqual(['try 1', 'then']);
    expect(failed.kinds).toEqual(['fired', 'failed']);
    expect(failed.traces[1]?.reason).toBe('POST music.local: answered 500');
  });

  it('try a request again, each time after twice the wait', () => {
    const rule = pressed([request({ retries: 2 }), log('then')]);
    const inputs = [press(0), answered(100, false, 1), time(1099)];
    expect(play(rule, inputs).done).toEqual(['try 1']);
    expect(play(rule, [...inputs, time(1100)]).done).toEqual(['try 1', 'try 2']);
    const again = [...inputs, time(1100), answered(1200, false, 2)];
    expect(play(rule, again, 3199).done).toEqual(['try 1', 'try 2']);
    const last = play(rule, [...again, time(3200), answered(3300, false, 3)], 60_000);
    expect(last.done).toEqual(['try 1', 'try 2', 'try 3', 'then']);
    expect(last.kinds).toEqual(['fired', 'failed']);
  });

  it('take no answer for another: of an earlier try, or of another run', () => {
    const rule = pressed([request({ retries: 1 }), log('then')], { mode: 'parallel' });
    const inputs = [press(0), answered(10, false, 1), time(1010), answered(1020, true, 1), answered(1030, true, 2, 7)];
    expect(play(rule, inputs).done).toEqual(['try 1', 'try 2']);
  });

  it('wait for a trigger, and go on when it fires or the time is over', () => {
    const triggers = [moodTrigger({ to: ['happy'] })];
    const wait: Action = { action: 'wait_for', triggers, timeoutMs: 10_000, continueOnTimeout: true };
    const rule = pressed([wait, log('then')]);
    const before = [seen(updateAt('sad', 0)), press(100)];
    expect(play(rule, [...before, seen(updateAt('happy', 2000))]).done).toEqual(['then']);
    expect(play(rule, before, 10_099).done).toEqual([]);
    expect(play(rule, before, 10_100).done).toEqual(['then']);
    const ends = pressed([{ ...wait, continueOnTimeout: false }, log('then')]);
    const ended = play(ends, before, 20_000);
    expect(ended.done).toEqual([]);
    expect(ended.kinds).toEqual(['fired', 'cancelled']);
  });

  it('do not take what holds already for an event', () => {
    const wait: Action = { action: 'wait_for', triggers: [moodTrigger()], timeoutMs: 60_000, continueOnTimeout: false };
    const inputs = [seen(updateAt('happy', 0)), press(100), seen(updateAt('happy', 1000))];
    expect(play(pressed([wait, log('then')]), inputs).done).toEqual([]);
    const again = [...inputs, seen(updateAt('sad', 2000)), seen(updateAt('happy', 3000))];
    expect(play(pressed([wait, log('then')]), again).done).toEqual(['then']);
  });

  it('wait for a message that comes later, not for the one that began', () => {
    const wait: Action = {
      action: 'wait_for',
      triggers: [BUTTON],
      timeoutMs: 60_000,
      continueOnTimeout: true,
    };
    expect(play(pressed([wait, log('then')]), [press(0)]).done).toEqual([]);
    expect(play(pressed([wait, log('then')]), [press(0), press(1)]).done).toEqual(['then']);
  });

  it('choose the first option that holds, else the default, and go on behind it', () => {
    const isMood = (mood: 'happy' | 'sad'): Condition => ({
      condition: 'mood',
      camera: 'a',
      room: null,
      is: [mood],
      minConfidence: 0,
    });
    const choose: Action = {
      action: 'choose',
      options: [
        { conditions: [isMood('happy')], actions: [log('h1'), delay(1000), log('h2')] },
        { conditions: [isMood('sad')], actions: [log('s')] },
      ],
      otherwise: [
        log('d1'),
        { action: 'choose', options: [{ conditions: [isMood('sad')], actions: [] }], otherwise: [log('d2')] },
      ],
    };
    const rule = pressed([log('first'), choose, log('last')]);
    const chosen = (mood: 'happy' | 'sad' | 'fear') => play(rule, [seen(updateAt(mood, 0)), press(1)], 5000).done;
    expect(chosen('happy')).toEqual(['first', 'h1', 'h2', 'last']);
    expect(chosen('sad')).toEqual(['first', 's', 'last']);
    expect(chosen('fear')).toEqual(['first', 'd1', 'd2', 'last']);
    expect(play(rule, [press(1)]).done).toEqual(['first', 'd1', 'd2', 'last']); // nobody knows the mood
  });

  it('of a scene stand in its place', () => {
    const scene: Action = { action: 'scene', scene: 'x', actions: [log('in'), delay(1000), log('still in')] };
    expect(play(pressed([log('1'), scene, log('2')]), [press(0)], 2000).done).toEqual(['1', 'in', 'still in', '2']);
  });
});

describe('a mode', () => {
  const actions = [log('begin {{ trigger.value }}'), delay(10_000), log('end {{ trigger.value }}')];
  const three = [press(0, 'a'), press(4000, 'b'), press(8000, 'c')];

  it('single lets nothing begin while it runs', () => {
    const { done, kinds } = play(pressed(actions), [...three, press(11_000, 'd')], 60_000);
    expect(done).toEqual(['begin a', 'end a', 'begin d', 'end d']);
    expect(kinds).toEqual(['fired', 'busy', 'busy', 'fired']);
  });

  it('restart begins anew', () => {
    const { done, kinds } = play(pressed(actions, { mode: 'restart' }), three, 60_000);
    expect(done).toEqual(['begin a', 'begin b', 'begin c', 'end c']);
    expect(kinds).toEqual(['fired', 'cancelled', 'fired', 'cancelled', 'fired']);
  });

  it('queued takes one after the other, so many at most', () => {
    const { done, kinds } = play(pressed(actions, { mode: 'queued', max: 2 }), three, 60_000);
    expect(done).toEqual(['begin a', 'end a', 'begin b', 'end b']);
    expect(kinds).toEqual(['fired', 'queued', 'busy']);
  });

  it('queued takes up the next at once when nothing keeps the one before', () => {
    expect(play(pressed([log('{{ trigger.value }}')], { mode: 'queued' }), three).done).toEqual(['a', 'b', 'c']);
  });

  it('parallel runs them beside each other, so many at most', () => {
    const { done, kinds } = play(pressed(actions, { mode: 'parallel', max: 2 }), three, 60_000);
    expect(done).toEqual(['begin a', 'begin b', 'end a', 'end b']);
    expect(kinds).toEqual(['fired', 'fired', 'busy']);
  });

  it.each(['single', 'restart', 'queued', 'parallel'] as const)(
    '%s starts no cooldown with what does not begin',
    (mode) => {
      const rule = pressed(actions, { mode, max: 1, cooldownMs: 1000 });
      const { kinds } = play(rule, [press(0), press(500), press(2000)], 1999);
      expect(kinds.slice(0, 2)).toEqual(['fired', 'cooldown']);
    },
  );
});

describe('a cooldown for each camera', () => {
  it('keeps one camera quiet, and not the other', () => {
    const triggers = [moodTrigger(), moodTrigger({ camera: 'b' })];
    const inputs = ['a', 'b', 'a', 'b'].flatMap((camera, i) =>
      (['neutral', 'happy'] as const).map((mood, j) => seen(updateAt(mood, (4 * i + j) * 1000, {}, camera))),
    );
    const kinds = (cooldownPer: Rule['cooldownPer']) =>
      playInputs([ruleOf(triggers, { cooldownMs: 60_000, cooldownPer })], inputs).kinds;
    expect(kinds('rule')).toEqual(['fired', 'cooldown', 'cooldown', 'cooldown']);
    expect(kinds('camera')).toEqual(['fired', 'fired', 'cooldown', 'cooldown']);
  });
});

describe('quiet hours', () => {
  it('let nothing begin, and let go on what has begun', () => {
    const quiet: Rule['quiet'] = [
      { condition: 'time', after: { secondOfDay: 3600 }, before: { secondOfDay: 7200 }, weekdays: undefined },
    ];
    const rule = pressed([log('begin'), delay(10_000), log('end')], { quiet });
    const hour = 3_600_000;
    const before = play(rule, [press(hour - 5000)], hour + 60_000);
    expect(before.done).toEqual(['begin', 'end']);
    expect(play(rule, [press(hour)]).kinds).toEqual(['quiet']);
    expect(play(rule, [press(2 * hour)]).kinds).toEqual(['fired']);
  });
});

describe('the brake', () => {
  const brake = { actions: 5, perMs: 60_000 };
  const presses = (count: number, everyMs = 1000) => Array.from({ length: count }, (_, i) => press(i * everyMs));

  it('stops a rule that does too much, until it is changed', () => {
    const rule = pressed([log('x')], { brake });
    const { done, kinds } = play(rule, presses(10));
    expect(done).toHaveLength(5);
    expect(kinds).toEqual([
      'fired',
      'fired',
      'fired',
      'fired',
      'fired',
      'fired',
      'stopped',
      'stopped',
      'stopped',
      'stopped',
      'stopped',
    ]);
  });

  it('lets go on what is within', () => {
    expect(play(pressed([log('x')], { brake }), presses(30, 12_001)).done).toHaveLength(30);
  });

  it('stops a rule within its run', () => {
    const rule = pressed(
      Array.from({ length: 9 }, (_, i) => log(String(i))),
      { brake },
    );
    const { done, kinds } = play(rule, [press(0)]);
    expect(done).toEqual(['0', '1', '2', '3', '4']);
    expect(kinds).toEqual(['fired', 'stopped']);
  });

  it('stops the rule that did most, not the one that comes next', () => {
    const noisy = pressed([log('noise')], { id: 'noisy', brake });
    const calm = ruleOf(moodTrigger(), { id: 'calm', brake, actions: [log('calm')] });
    const inputs = [seen(updateAt('neutral', 0)), ...presses(5), seen(updateAt('happy', 6000)), press(7000)];
    const { effects, traces } = playInputs([noisy, calm], inputs);
    expect(done(effects)).toEqual(['noise', 'noise', 'noise', 'noise', 'noise', 'calm']);
    expect(traces.filter(({ outcome }) => outcome === 'stopped').map(({ rule }) => rule)).toEqual(['noisy', 'noisy']);
  });
});

describe('a dry rule', () => {
  it('does nothing, and cools down as if', () => {
    const rule = ruleOf(moodTrigger(), { dryRun: true, cooldownMs: 60_000 });
    const { effects, kinds } = playInputs([rule], moods('neutral', 'happy', 'neutral', 'happy'));
    expect(kinds).toEqual(['dry_run', 'cooldown']);
    expect(effects).toEqual([]);
  });
});
