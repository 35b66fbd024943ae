import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { SECRETS_FOLDER } from '../../src/config/read-secrets.ts';
import { readAsIf } from '../../src/config/read-text.ts';
import type { HistoryRecord } from '../../src/history/history-record.ts';
import { hashOf } from '../../src/state/written-file.ts';
import { LocalClock } from '../../src/rules/local-clock.ts';
import type { RuleTrace } from '../../src/rules/rule.ts';
import { createApp } from '../../src/web/create-app.ts';
import type { RulesAnswer, SavedAnswer, TryAnswer } from '../../src/web/rules/rules-answer.ts';
import { fakeHome, NOW_MS } from '../fakes/fake-home.ts';
import { moodRecord, START_MS } from '../history/records.ts';

const GOOD = `version: 1
rules:
  - id: lamp
    alias: A lamp
    triggers: [{ trigger: mood, camera: living, to: happy }]
    actions: [{ action: log, message: hello }]
    cooldown: 30s
`;
const BAD = GOOD.replace('to: happy', 'to: hapy');

const TRACE: RuleTrace = {
  ...{ rule: 'lamp', atMs: NOW_MS, outcome: 'cooldown', trigger: 0, reason: 'still cooling down' },
  ...{ camera: 'living', room: null, mood: null },
  conditions: [{ condition: 'time', holds: true, found: 'it is 18:04' }],
};

/** The routes over a configuration on disk. */
async function home(records?: readonly HistoryRecord[]) {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'moodstat.yaml');
  const file = join(folder, 'rules.yaml');
  await writeFile(config, 'version: 1\nrules: rules.yaml\ncameras: { living: { source: demo } }\n');
  await writeFile(file, GOOD);
  let { rules, texts } = await loadConfig(config, {});
  const read = (asIf: ReadonlyMap<string, string>) => loadConfig(config, {}, SECRETS_FOLDER, readAsIf(asIf));
  const app = createApp({
    ...fakeHome().deps,
    rules: {
      ruleFiles: [file],
      rules: {
        inForce: () => rules.map((rule) => ({ rule, text: texts.get(rule.id) })),
        traces: (id) => (id === 'lamp' ? [TRACE] : []),
        reload: async () => {
          const before = rules.map(({ id }) => id);
          ({ rules, texts } = await read(new Map()));
          const after = rules.map(({ id }) => id);
          return { added: after.filter((id) => !before.includes(id)), changed: [], removed: [] };
        },
      },
      readRulesAsIf: read,
      readHistory:
        records &&
        async function* ({ fromMs }) {
          await Promise.resolve();
          yield* records.filter(({ atMs }) => atMs >= fromMs);
        },
      makeClock: () => new LocalClock('UTC', undefined),
      now: () => NOW_MS,
    },
  });
  const save = (body: object) => app.inject({ method: 'PUT', url: '/api/rules/file', payload: body });
  const post = (url: string, body: object) => app.inject({ method: 'POST', url, payload: body });
  return { app, folder, file, save, post };
}

describe('the rules', () => {
  it('are told as they are written, with what became of them', async () => {
    const { app, file } = await home();
    const answer = (await app.inject('/api/rules')).json<RulesAnswer>();
    expect(answer).toMatchObject({
      files: [{ name: file, text: GOOD, hash: hashOf(GOOD) }],
      rules: [{ id: 'lamp', alias: 'A lamp', dryRun: false, file, line: 3, last: { outcome: 'cooldown' } }],
      faults: [],
      history: false,
    });
  });

  it('tell why they fired and why not', async () => {
    const { app } = await home();
    const { id, traces } = (await app.inject('/api/rules/traces?id=lamp')).json<{ id: string; traces: object[] }>();
    expect(id).toBe('lamp');
    expect(traces).toEqual([
      {
        ...{ at: new Date(NOW_MS).toISOString(), outcome: 'cooldown', reason: 'still cooling down' },
        ...{ camera: 'living', room: null },
        conditions: [{ condition: 'time', holds: true, found: 'it is 18:04' }],
      },
    ]);
    expect((await app.inject('/api/rules/traces?id=none')).statusCode).toBe(404);
  });
});

describe('editing rules', () => {
  it('checks a text with everything that it refers to, and saves nothing', async () => {
    const { post, file } = await home();
    const check = async (text: string) =>
      (await post('/api/rules/check', { file, text })).json<{ faults: { line: number; message: string }[] }>().faults;
    expect(await check(GOOD)).toEqual([]);
    const [fault, ...others] = await check(BAD);
    expect(fault).toMatchObject({ line: 5, severity: 'error' });
    expect(fault!.message).toContain('happy');
    expect(others).toEqual([]);
    expect((await check(GOOD.replace('camera: living', 'camera: attic')))[0]!.message).toContain('attic');
    expect(await readFile(file, 'utf8')).toBe(GOOD);
  });

  it('refuses what is not valid, with its faults', async () => {
    const { save, file, folder } = await home();
    const answer = await save({ file, text: BAD, hash: hashOf(GOOD) });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ error: 'not saved: there is an error in it', faults: [{ line: 5 }] });
    expect(await readFile(file, 'utf8')).toBe(GOOD);
    expect(await readdir(folder)).toEqual(['moodstat.yaml', 'rules.yaml']);
  });

  it('saves what is valid, keeps what was there, and puts it in force', async () => {
    const { app, save, file } = await home();
    const text = GOOD + GOOD.slice(GOOD.indexOf('  - id')).replace('lamp', 'other');
    const saved = (await save({ file, text, hash: hashOf(GOOD) })).json<SavedAnswer>();
    expect(saved).toMatchObject({ hash: hashOf(text), added: ['other'] });
    expect(await readFile(saved.backup!, 'utf8')).toBe(GOOD);
    expect(await readFile(file, 'utf8')).toBe(text);
    const { rules } = (await app.inject('/api/rules')).json<RulesAnswer>();
    expect(rules.map(({ id }) => id)).toEqual(['lamp', 'other']);
  });

  it('does not overwrite what somebody changed meanwhile', async () => {
    const { save, file } = await home();
    await writeFile(file, `${GOOD}# mine\n`);
    const answer = await save({ file, text: GOOD, hash: hashOf(GOOD) });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'changed' });
    expect(await readFile(file, 'utf8')).toBe(`${GOOD}# mine\n`);
  });

  it('knows no other files than the rules', async () => {
    const { save, post, folder } = await home();
    for (const file of [join(folder, 'moodstat.yaml'), `${folder}/./rules.yaml`, '/etc/passwd', '../rules.yaml', ''])
      for (const answer of [
        await save({ file, text: GOOD, hash: null }),
        await post('/api/rules/check', { file, text: '' }),
      ])
        expect(answer.statusCode).toBe(404);
    expect(await readdir(folder)).toEqual(['moodstat.yaml', 'rules.yaml']);
  });

  it.each([{}, { file: 1 }, [], { file: 'x', text: 'y', hash: 1 }])('refuses %j', async (body) => {
    const { save } = await home();
    expect((await save(body)).statusCode).toBe(400);
  });
});

describe('trying a rule', () => {
  const aWhileAgo = NOW_MS - 3_600_000 - START_MS;
  const records: HistoryRecord[] = [0, 60_000].flatMap((at) => [
    moodRecord(aWhileAgo + at, { mood: 'neutral' }),
    moodRecord(aWhileAgo + at + 5000),
  ]);
  const really: HistoryRecord = {
    ...{ type: 'rule', atMs: START_MS + aWhileAgo + 5010, rule: 'lamp', outcome: 'fired', reason: 'living: happy' },
  };

  it('plays the history against it, and says what really happened', async () => {
    const { post } = await home([...records.slice(0, 2), really, ...records.slice(2)]);
    const answer = (await post('/api/rules/try', { id: 'lamp' })).json<TryAnswer>();
    expect(answer).toMatchObject({ rule: 'lamp', moods: 4, fired: 2, assumed: false, unheard: false, missed: [] });
    expect(answer.firings.map(({ real, actions }) => [real, actions])).toEqual([
      [true, ['log: hello']],
      [false, ['log: hello']],
    ]);
  });

  it('plays it against a text that is not saved', async () => {
    const { post, file } = await home(records);
    const text = GOOD.replace('30s', '2m');
    const answer = (await post('/api/rules/try', { id: 'lamp', file, text })).json<TryAnswer>();
    expect(answer).toMatchObject({ fired: 1, held: { cooldown: 1 } });
    expect((await post('/api/rules/try', { id: 'lamp', file, text: BAD })).statusCode).toBe(404);
  });

  it('plays a rule that only would act as if it did', async () => {
    const { post, file } = await home(records);
    const text = GOOD.replace('cooldown', 'dry_run: true\n    cooldown');
    const { firings } = (await post('/api/rules/try', { id: 'lamp', file, text })).json<TryAnswer>();
    expect(firings.map(({ actions }) => actions)).toEqual([['log: hello'], ['log: hello']]);
  });

  it('needs a history', async () => {
    const { post } = await home();
    expect((await post('/api/rules/try', { id: 'lamp' })).json()).toEqual({
      error: 'there is no history to try it on; set history.enabled',
    });
  });
});
