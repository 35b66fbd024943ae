import { chmod, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hashOf, readWritten, replaceWritten } from '../../src/state/written-file.ts';

const NOON_MS = Date.UTC(2026, 10, 24, 12);

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'moodstat-written-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe('a file that people write', () => {
  it('is replaced with a copy of it kept, and stays as readable as it was', async () => {
    const file = join(await folder(), 'rules.yaml');
    await writeFile(file, 'old');
    await chmod(file, 0o644);
    const backup = await replaceWritten(file, 'new', { hash: hashOf('old'), atMs: NOON_MS });
    expect(backup).toBe(`${file}.20261124T120000000Z.bak`);
    expect([await readFile(file, 'utf8'), await readFile(backup!, 'utf8')]).toEqual(['new', 'old']);
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    expect((await stat(backup!)).mode & 0o777).toBe(0o644);
  });

  it('is left alone when it is not the one that was looked at', async () => {
    const file = join(await folder(), 'rules.yaml');
    const write = (hash: string | undefined) => replaceWritten(file, 'new', { hash, atMs: NOON_MS });
    await expect(write(hashOf('old'))).rejects.toMatchObject({ code: 'changed' });
    await writeFile(file, 'of somebody else');
    await expect(write(hashOf('old'))).rejects.toMatchObject({ code: 'changed' });
    await expect(write(undefined)).rejects.toMatchObject({ code: 'changed' });
    expect(await readFile(file, 'utf8')).toBe('of somebody else');
    expect(await readdir(join(file, '..'))).toEqual(['rules.yaml']);
  });

  it('is made, for its owner alone, where there was none', async () => {
    const file = join(await folder(), 'secrets.yaml');
    expect(await readWritten(file)).toBeUndefined();
    expect(await replaceWritten(file, 'a: b\n', { hash: undefined, atMs: NOON_MS })).toBeUndefined();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readWritten(file)).toEqual({ text: 'a: b\n', hash: hashOf('a: b\n') });
  });

  it('keeps five copies', async () => {
    const file = join(await folder(), 'rules.yaml');
    await writeFile(file, '0');
    await writeFile(`${file}.old.bak`, 'not one of ours');
    for (let i = 1; i <= 8; i++)
      await replaceWritten(file, String(i), { hash: hashOf(String(i - 1)), atMs: NOON_MS + i });
    const copies = (await readdir(join(file, '..'))).filter((name) => /T\d{9}Z\.bak$/.test(name));
    expect(copies.map((name) => name.slice(-8, -5))).toEqual(['004', '005', '006', '007', '008']);
    expect(await readdir(join(file, '..'))).toHaveLength(7);
  });

  it('is replaced behind a link', async () => {
    const place = await folder();
    const [real, link] = [join(place, 'real.yaml'), join(place, 'rules.yaml')];
    await writeFile(real, 'old');
    await symlink('real.yaml', link);
    await replaceWritten(link, 'new', { hash: hashOf('old'), atMs: NOON_MS });
    expect(await readlink(link)).toBe('real.yaml');
    expect(await readFile(real, 'utf8')).toBe('new');
  });

  it('says in words why it cannot be written', async () => {
    const place = await folder();
    await writeFile(join(place, 'no'), '');
    await expect(replaceWritten(join(place, 'no', 'x'), '', { hash: undefined, atMs: 0 })).rejects.toMatchObject({
      code: 'unwritable',
      message: expect.stringContaining('cannot be replaced') as unknown,
    });
  });
});
