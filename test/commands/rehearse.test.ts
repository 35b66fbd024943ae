import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rehearse, type RehearseOptions } from '../../src/commands/rehearse.ts';
import { formatRecord } from '../../src/history/history-line.ts';
import type { MoodName } from '../../src/mood/mood.ts';
import { updateAt } from '../rules/moods.ts';

const START = Date.parse('2026-03-02T18:00:00Z');
const rule = (id: string, to: string, more = '') =>
  `  - { id: ${id}, triggers: [{ trigger: mood, camera: a, to: ${to} }], actions: [{ action: log, message: ${to} }]${more} }\n`;

async function recording() {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-rehearse-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const names: MoodName[] = ['neutral', 'happy', 'neutral', 'sad', 'happy'];
  const lines = names.map((mood, i) => {
    const update = updateAt(mood, START + i * 1000);
    return formatRecord({ type: 'mood', atMs: update.mood.atMs, update });
  });
  const fired = {
    type: 'rule',
    atMs: START + 1010,
    rule: 'happy',
    outcome: 'fired',
    reason: 'a: happy (0.80)',
  } as const;
  // The daemon was killed in the middle of the last line.
  await writeFile(join(folder, 'moods.ndjson'), [...lines, formatRecord(fired), '{"at":"2026-'].join('\n'));
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), `rules:\n${text}`);
    return join(folder, name);
  };
  const run = async (options: Partial<RehearseOptions>) => {
    const out: string[] = [];
    const notes: string[] = [];
    const terminal = {
      print: (line: string) => out.push(line),
      note: (line: string) => notes.push(line),
      interactive: false,
    };
    const given = { rules: undefined, against: undefined, json: true, config: join(folder, 'none.yaml') };
    const code = await rehearse({ history: join(folder, 'moods.ndjson'), ...given, ...options }, {}, terminal);
    return { code, out, notes };
  };
  return { write, run };
}

describe('moodstat rehearse', () => {
  it('says what would fire, how often, and what really fired and would not', async () => {
    const { write, run } = await recording();
    const { code, out } = await run({ rules: await write('edited.yaml', rule('sad', 'sad')) });
    expect(code).toBe(0);
    expect(JSON.parse(out[0]!)).toMatchObject({
      moods: 5,
      firings: [{ rule: 'sad', at: '2026-03-02T18:00:03.000Z', actions: ['log: sad'] }],
      rules: [{ rule: 'sad', fired: 1 }],
      differences: [
        { rule: 'happy', only: 'there' },
        { rule: 'sad', only: 'here' },
      ],
    });
  });

  it('compares two files', async () => {
    const { write, run } = await recording();
    const rules = await write('edited.yaml', rule('happy', 'happy') + rule('sad', 'sad'));
    const against = await write('old.yaml', rule('happy', 'happy', ', cooldown: 1h'));
    const { out } = await run({ rules, against });
    expect(JSON.parse(out[0]!)).toMatchObject({
      differences: [
        { rule: 'sad', only: 'here', at: '2026-03-02T18:00:03.000Z' },
        { rule: 'happy', only: 'here', at: '2026-03-02T18:00:04.000Z' },
      ],
    });
  });

  it('prints tables for people', async () => {
    const { write, run } = await recording();
    const { out } = await run({
      rules: await write('edited.yaml', rule('happy', 'happy', ', cooldown: 1h')),
      json: false,
    });
    expect(out).toEqual([
      'from 2026-03-02T18:00:00.000Z to 2026-03-02T18:00:04.000Z: 1 firings',
      '',
      'time                      rule   why              what',
      '2026-03-02T18:00:01.000Z  happy  a: happy (0.80)  log: happy',
      '',
      'rule   fired  a day    longest quiet  held back by',
      'happy  1      21600.0  00:00:03       cooldown 1',
      '',
      'nothing differs from the recording',
    ]);
  });

  it('does not rehearse faulty rules, and says where the fault is', async () => {
    const { write, run } = await recording();
    const rules = await write('edited.yaml', rule('sad', 'sadd'));
    const { code, notes } = await run({ rules });
    expect(code).toBe(2);
    expect(notes[0]).toContain(`${rules}:2:`);
  });

  it('says that there is no such recording', async () => {
    const { write, run } = await recording();
    const rules = await write('edited.yaml', rule('sad', 'sad'));
    await expect(run({ rules, history: '/nowhere/moods.ndjson' })).rejects.toThrow('there is no such history');
  });
});
