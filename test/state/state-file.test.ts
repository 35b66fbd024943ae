import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import pino from 'pino';
import { NOTHING_SAVED, StateFile, readState, writeState } from '../../src/state/state-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'moodstat-state-'));

describe('state file', () => {
  it('is empty when it is not there', async () => {
    expect(await readState(join(folder, 'none.json'))).toEqual(NOTHING_SAVED);
  });

  it('gives back what was written, leaves nothing beside it, and makes its folder', async () => {
    const path = join(folder, 'deep', 'state.json');
    await writeState(path, { enabled: { living: false, kitchen: true } });
    expect(await readState(path)).toEqual({ enabled: { living: false, kitchen: true } });
    expect(await readdir(join(folder, 'deep'))).toEqual(['state.json']);
  });

  it('remembers which topics the broker retains, and reads a file that does not', async () => {
    const path = join(folder, 'retained.json');
    await writeState(path, { enabled: {}, retained: ['home/emotion'] });
    expect(await readState(path)).toEqual({ enabled: {}, retained: ['home/emotion'] });
    await writeFile(path, '{"enabled":{},"retained":"all"}');
    expect(await readState(path)).toEqual(NOTHING_SAVED);
  });

  it('keeps the rest when part of it changes, and the last of several changes', async () => {
    const path = join(folder, 'parts.json');
    await writeState(path, { enabled: { living: false } });
    const file = await StateFile.open(path, pino({ level: 'silent' }));
    file.change({ retained: ['a'] });
    file.change({ retained: ['b'] });
    await file.written();
    expect(await readState(path)).toEqual({ enabled: { living: false }, retained: ['b'] });
    expect(file.state).toEqual(await readState(path));
  });

  it('says what is lost when it cannot be written, and goes on', async () => {
    const said: string[] = [];
    const log = pino({}, { write: (line: string) => said.push(line) });
    const path = join(folder, 'hindered.json');
    await mkdir(`${path}.partial`);
    const file = await StateFile.open(path, log);
    file.change({ enabled: { living: false } });
    await file.written();
    expect(said.join('')).toMatch(/hindered\.json: cannot be written; after a restart this will be forgotten: enabled/);
    expect(file.state.enabled).toEqual({ living: false });
  });

  it.each(['', '{', 'null', '[]', '{"enabled":3}'])('refuses %j by naming the file', async (text) => {
    const path = join(folder, 'broken.json');
    await writeFile(path, text);
    await expect(readState(path)).rejects.toThrow(`${path}: not a state file of moodstat`);
  });
});
