import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readRulesState, rulesFile, writeRulesState } from '../../src/state/rules-file.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'moodstat-rules-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

const never = (message: string) => {
  throw new Error(message);
};

describe('the state of the rules', () => {
  it('lies beside the other one', () => {
    expect(rulesFile('/x/moodstat.json')).toBe('/x/moodstat.rules.json');
    expect(rulesFile('/x/state')).toBe('/x/state.rules.json');
  });

  it('is read as it was written, by nobody else, and leaves nothing beside it', async () => {
    const path = join(await folder(), 'new', 'a.rules.json');
    await writeRulesState(path, { a: 1 });
    await writeRulesState(path, { a: 2 });
    expect(await readRulesState(path, (json) => json, never)).toEqual({ a: 2 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(path, '..'))).toEqual(['a.rules.json']);
  });

  it('is none before the first time', async () => {
    expect(await readRulesState(join(await folder(), 'none.json'), (json) => json, never)).toBeUndefined();
  });

  it('is set aside, and told of, when it cannot be read', async () => {
    const path = join(await folder(), 'a.rules.json');
    await writeFile(path, '{"a":');
    const told: string[] = [];
    expect(
      await readRulesState(
        path,
        (json) => json,
        (message) => told.push(message),
      ),
    ).toBeUndefined();
    expect(told).toEqual([
      `${path}: cannot be read, and is now ${path}.unreadable; cooldowns and what waited are forgotten`,
    ]);
    expect(await readFile(`${path}.unreadable`, 'utf8')).toBe('{"a":');
  });
});
