import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Subject } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';
import type { MoodUpdate } from '../src/mood/mood.ts';
import { createTopics } from '../src/publish/topics.ts';
import { readSavedRules, runRules } from '../src/run-rules.ts';
import { FakePublisher } from './fakes/fake-publisher.ts';
import { moodAt } from './rules/moods.ts';

const press = (id: string, more = '') =>
  `  - { id: ${id}, triggers: [{ trigger: mqtt, topic: press/${id} }], actions: [{ action: mqtt.publish, topic: done, payload: ${id} }]${more} }\n`;

/** Rules of a file that a test writes, running in a home whose broker is a fake. */
async function home(rules: string) {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-run-rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = (text: string) => writeFile(join(folder, 'rules.yaml'), `rules:\n${text}`);
  const file = join(folder, 'moodstat.yaml');
  await writeFile(file, 'cameras: { living: { source: demo, room: Living room } }\n');
  await write(rules);
  const publisher = new FakePublisher();
  publisher.start();
  const lines: string[] = [];
  const logged = new Subject<string>();
  const log = pino(
    { base: null },
    {
      write: (line: string) => {
        logged.next((JSON.parse(line) as { msg: string }).msg);
      },
    },
  );
  logged.subscribe((line) => lines.push(line));
  const moods$ = new Subject<MoodUpdate>();
  const fired: string[] = [];
  const stateFile = join(folder, 'state.json');
  const start = async () => {
    const { config, ...ruleSet } = await loadConfig(file, {});
    const running = runRules({
      config,
      ruleSet,
      moods$,
      publisher,
      topics: createTopics(config.mqtt.baseTopic),
      log,
      stateFile,
      saved: await readSavedRules(stateFile, log),
      loadRules: () => loadConfig(file, {}),
      onFired: ({ rule }) => fired.push(rule),
    });
    onTestFinished(() => running.stop());
    return running;
  };
  const ask = (running: Awaited<ReturnType<typeof start>>, name: string, data: Record<string, unknown> = {}) =>
    running.requests[name]!({ data });
  const done = () => publisher.events.filter(({ topic }) => topic === 'done').map(({ payload }) => payload);
  return { write, publisher, lines, logged, moods$, fired, start, ask, done, stateFile };
}

describe('running rules', () => {
  it('write their state down before they act, and tell why on their topic and to who asks', async () => {
    const { publisher, fired, start, ask, done, stateFile } = await home(press('a'));
    const running = await start();
    publisher.receive('press/a', 'x');
    await running.stop();
    expect(done()).toEqual(['a']);
    expect(fired).toEqual(['a']);
    expect(JSON.parse(await readFile(stateFile.replace('.json', '.rules.json'), 'utf8'))).toMatchObject({
      rules: { a: { fired: { '': expect.any(Number) as number } } },
    });
    const [trace] = publisher.events.filter(({ topic }) => topic === 'home/emotion/bridge/rule/a');
    expect(JSON.parse(trace!.payload)).toMatchObject({ outcome: 'fired', reason: 'press/a said "x"' });
    expect(ask(running, 'rules/trace', { rule: 'a' })).toMatchObject({ rules: { a: [{ outcome: 'fired' }] } });
    expect(() => ask(running, 'rules/trace', { rule: 'b' })).toThrow('no rule `b` is in force');
    expect(ask(running, 'rules/list')).toMatchObject({ rules: [{ id: 'a', last: { outcome: 'fired' } }] });
  });

  it('do nothing because of a retained message', async () => {
    const { publisher, start, done } = await home(press('a'));
    const running = await start();
    publisher.receive('press/a', 'x', { retained: true });
    publisher.receive('press/a', 'x', { duplicate: true });
    await running.stop();
    expect(done()).toEqual([]);
  });

  it('are read anew when somebody asks: all or nothing for each rule', async () => {
    const { write, publisher, start, done } = await home(press('same') + press('worse') + press('gone'));
    const running = await start();
    await write(press('same') + press('worse', ', modus: x') + press('new'));
    const result = await running.reload();
    expect(result).toMatchObject({ rules: 3, added: ['new'], changed: [], removed: ['gone'], kept: ['worse'] });
    expect(result.faults).toEqual([expect.stringMatching(/rules\.yaml:3:\d+: rule `worse`: unknown key `modus`/)]);
    expect([...publisher.filters].sort()).toEqual(['press/new', 'press/same', 'press/worse']);
    for (const id of ['same', 'worse', 'gone', 'new']) publisher.receive(`press/${id}`, 'x');
    await running.stop();
    expect(done()).toEqual(['same', 'worse', 'new']);
    expect(running.inForce().map(({ rule, text }) => [rule.id, text?.line])).toEqual([
      ['same', 2],
      ['worse', 3],
      ['new', 4],
    ]);
    expect(publisher.filters).toEqual([]);
  });

  it('stay as they are when their file is broken, and say so', async () => {
    const { write, start, lines } = await home(press('a'));
    const running = await start();
    await write('  - { id: a');
    const result = await running.reload();
    expect(result).toMatchObject({ rules: 1, removed: [], kept: ['a'] });
    expect(result.faults).toHaveLength(1);
    expect(lines).toContain('the last good version stays of a: the new one is faulty');
  });

  it('are read anew when their file changes', async () => {
    const { write, publisher, logged, start } = await home(press('a'));
    const running = await start();
    const read = new Promise<string>((resolve) => {
      logged.subscribe((line) => {
        if (line.startsWith('rules were read anew')) resolve(line);
      });
    });
    await write(press('a') + press('b'));
    expect(await read).toBe('rules were read anew: 2 in force, 1 added, 0 changed, 0 removed');
    expect([...publisher.filters].sort()).toEqual(['press/a', 'press/b']);
    await running.stop();
  });

  it('go on after a restart: what is quiet stays quiet', async () => {
    const { publisher, start, done } = await home(press('a', ', cooldown: 1h'));
    for (let i = 0; i < 2; i++) {
      const running = await start();
      publisher.receive('press/a', 'x');
      await running.stop();
    }
    expect(done()).toEqual(['a']);
  });

  it('look at rooms', async () => {
    const room =
      '  - { id: r, triggers: [{ trigger: mood, room: Living room, to: happy }], actions: [{ action: mqtt.publish, topic: done, payload: "{{ room }}" }] }\n';
    const { moods$, start, done } = await home(room);
    const running = await start();
    const now = Date.now();
    for (const mood of ['neutral', 'happy'] as const)
      moods$.next({ camera: null, room: 'Living room', mood: moodAt(mood, now) });
    await running.stop();
    expect(done()).toEqual(['Living room']);
  });
});
