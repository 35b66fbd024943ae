import { NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { keepGoodRules, type RuleSet } from '../../src/rules/keep-good-rules.ts';
import type { Action, Effect, Rule, RuleTrace } from '../../src/rules/rule.ts';
import { RuleRunner } from '../../src/rules/rule-runner.ts';
import { FakePublisher } from '../fakes/fake-publisher.ts';
import { ManualScheduler } from './manual-scheduler.ts';
import { moodTrigger, ruleOf } from './moods.ts';
import { bookOf } from './play-rules.ts';

const button = (topic: string) =>
  ({ trigger: 'mqtt', topic, path: undefined, is: undefined, above: undefined, below: undefined, forMs: 0 }) as const;
const log = (message: string): Action => ({ action: 'log', message, level: 'info' });

function home(rules: readonly Rule[]) {
  const scheduler = new ManualScheduler(0);
  const publisher = new FakePublisher();
  const done: Effect[] = [];
  const traces: RuleTrace[] = [];
  const runner = new RuleRunner({
    book: bookOf(rules),
    moods$: NEVER,
    listen: (filter) => publisher.listen(filter),
    performer: {
      publish: (effect) => done.push(effect),
      log: (effect) => done.push(effect),
      request: () => new Promise(() => undefined),
    },
    onTrace: (trace) => traces.push(trace),
    onError: (message, error) => {
      throw new Error(message, { cause: error });
    },
    scheduler,
  });
  runner.start();
  const passTo = (ms: number) => {
    while (scheduler.next(ms));
  };
  return {
    runner,
    publisher,
    done,
    traces,
    passTo,
    said: () => done.map((one) => (one.type === 'log' ? one.message : '')),
  };
}

describe('a reload', () => {
  const slow = (id: string, more: Partial<Rule> = {}) =>
    ruleOf(button(`press/${id}`), {
      id,
      actions: [log(`${id} begins`), { action: 'delay', forMs: 10_000 }, log(`${id} ends`)],
      ...more,
    });

  it('listens to what the new rules want, and to nothing else any more', () => {
    const condition = {
      condition: 'mqtt',
      topic: 'lamp',
      path: undefined,
      is: ['ON'],
      above: undefined,
      below: undefined,
    } as const;
    const yieldTo = { topic: 'tv', command: undefined, path: undefined, forMs: 1000 };
    const { runner, publisher } = home([slow('a'), slow('b', { conditions: [condition], yieldTo })]);
    expect([...publisher.filters].sort()).toEqual(['lamp', 'press/a', 'press/b', 'tv']);
    runner.replace(bookOf([slow('b'), slow('c')]), false);
    expect([...publisher.filters].sort()).toEqual(['press/b', 'press/c']);
    void runner.stop();
    expect(publisher.filters).toEqual([]);
  });

  it('hears nothing of rules that are gone', () => {
    const { runner, publisher, said } = home([slow('a')]);
    runner.replace(bookOf([slow('b')]), false);
    publisher.receive('press/a', 'x');
    publisher.receive('press/b', 'x');
    expect(said()).toEqual(['b begins']);
  });

  it('lets what runs of an unchanged rule go on, and ends it of one that was changed or is gone', () => {
    const { runner, publisher, passTo, said, traces } = home([slow('same'), slow('changed'), slow('gone')]);
    for (const id of ['same', 'changed', 'gone']) publisher.receive(`press/${id}`, 'x');
    passTo(5000);
    runner.replace(bookOf([slow('new'), slow('changed', { cooldownMs: 1 }), slow('same')]), false);
    passTo(30_000);
    expect(said()).toEqual(['same begins', 'changed begins', 'gone begins', 'same ends']);
    expect(traces.filter(({ outcome }) => outcome === 'cancelled').map(({ rule, reason }) => [rule, reason])).toEqual([
      ['changed', 'what ran has ended: the rule was changed'],
      ['gone', 'what ran has ended: the rule is gone'],
    ]);
  });

  it('keeps the cooldown of a rule that was changed', () => {
    const rule = (message: string) => ruleOf(button('press'), { cooldownMs: 60_000, actions: [log(message)] });
    const { runner, publisher, passTo, said } = home([rule('old')]);
    publisher.receive('press', 'x');
    runner.replace(bookOf([rule('new')]), false);
    passTo(30_000);
    publisher.receive('press', 'x');
    passTo(60_000);
    publisher.receive('press', 'x');
    expect(said()).toEqual(['old', 'new']);
  });

  it('lets go of what the brake has stopped when a person asks, and not when a file is saved', () => {
    const rule = ruleOf(button('press'), { brake: { actions: 1, perMs: 1000 }, actions: [log('x')] });
    const { runner, publisher, passTo, said } = home([rule]);
    for (let i = 0; i < 3; i++) publisher.receive('press', 'x');
    passTo(5000);
    runner.replace(bookOf([rule]), false);
    publisher.receive('press', 'x');
    expect(said()).toEqual(['x']);
    runner.replace(bookOf([rule]), true);
    publisher.receive('press', 'x');
    expect(said()).toEqual(['x', 'x']);
  });
});

describe('rules that are read anew', () => {
  const text = (file = 'a.yaml') => ({ file, line: 1, column: 1, text: '' });
  const set = (rules: readonly Rule[], more: Partial<RuleSet> & { faulty?: string[] } = {}): RuleSet => ({
    rules,
    texts: new Map([...rules.map(({ id }) => id), ...(more.faulty ?? [])].map((id) => [id, text()])),
    brokenFiles: more.brokenFiles ?? [],
  });
  const rule = (id: string, cooldownMs = 0) => ruleOf(moodTrigger(), { id, cooldownMs });
  const ids = (rules: readonly Rule[]) => rules.map(({ id, cooldownMs }) => `${id}${cooldownMs}`);

  it('are in force when they are good, and the last good version is when they are not', () => {
    const before = set([rule('same'), rule('better'), rule('worse'), rule('gone')]);
    const merged = keepGoodRules(before, set([rule('same'), rule('better', 1), rule('new')], { faulty: ['worse'] }));
    expect(ids(merged.rules).sort()).toEqual(['better1', 'new0', 'same0', 'worse0']);
    expect(merged).toMatchObject({ added: ['new'], changed: ['better'], removed: ['gone'], kept: ['worse'] });
  });

  it('stay all when their file is broken', () => {
    const merged = keepGoodRules(set([rule('a'), rule('b')]), set([], { brokenFiles: ['a.yaml'] }));
    expect(ids(merged.rules)).toEqual(['a0', 'b0']);
    expect(merged).toMatchObject({ removed: [], kept: ['a', 'b'] });
  });

  it('are kept again and again, until they are good', () => {
    const once = keepGoodRules(set([rule('a', 1)]), set([], { faulty: ['a'] }));
    const twice = keepGoodRules(once, set([], { faulty: ['a'] }));
    expect(ids(twice.rules)).toEqual(['a1']);
    expect(ids(keepGoodRules(twice, set([rule('a', 2)])).rules)).toEqual(['a2']);
    expect(ids(keepGoodRules(twice, set([])).rules)).toEqual([]);
  });
});
