import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOTHING_SAVED, readState, writeState } from '../../src/state/state-file.ts';

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

  it.each(['', '{', 'null', '[]', '{"enabled":3}'])('refuses %j by naming the file', async (text) => {
    const path = join(folder, 'broken.json');
    await writeFile(path, text);
    await expect(readState(path)).rejects.toThrow(`${path}: not a state file of moodstat`);
  });
});
