import { createHash } from 'node:crypto';
import { chmod, copyFile, readdir, readFile, realpath, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { replaceFile } from './replace-file.ts';

/** A file that people write, as it was when somebody looked. */
export interface WrittenFile {
  readonly text: string;
  /** Of the text; another one later tells that it was changed meanwhile. */
  readonly hash: string;
}

export type WriteErrorCode = 'changed' | 'unwritable';

/** A file that people write was left as it is. */
export class WriteError extends Error {
  readonly code: WriteErrorCode;

  constructor(code: WriteErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WriteError';
    this.code = code;
  }
}

/** So many copies of each file are kept. */
const KEPT_BACKUPS = 5;
const BACKUP = /^\.\d{8}T\d{9}Z\.bak$/;

/** Undefined when there is no such file. */
export async function readWritten(path: string): Promise<WrittenFile | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return { text, hash: hashOf(text) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * Replaces what somebody wrote, in one step, after copying it beside itself; gives the path of the copy, undefined when
 * there was no file. A link stays one, and who could read the file can read the new one; without a file, only we can.
 * Rejects with a `WriteError` when the file is not the one of `hash` (undefined: none), or cannot be written.
 */
export async function replaceWritten(
  path: string,
  text: string,
  { hash, atMs }: { readonly hash: string | undefined; readonly atMs: number },
): Promise<string | undefined> {
  try {
    const target = await realpath(path).catch(() => path);
    if ((await readWritten(target))?.hash !== hash)
      throw new WriteError('changed', `${path} has been changed meanwhile; look at what it says now`);
    const backup = hash === undefined ? undefined : await backUp(target, atMs);
    const mode = hash === undefined ? undefined : (await stat(target)).mode & 0o777;
    await replaceFile(target, text, mode);
    return backup;
  } catch (error) {
    if (error instanceof WriteError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
    throw new WriteError('unwritable', `${path} cannot be replaced: ${reason}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write in its folder',
  EPERM: 'this user may not write in its folder',
  EROFS: 'its file system is read-only; in a container, mount its folder without `ro`',
  EBUSY: 'it is mounted by itself; in a container, mount its folder instead',
  ENOSPC: 'the disk is full',
};

/** Copies `rules.yaml` to `rules.yaml.20261124T063000123Z.bak`, and deletes the oldest of more copies than are kept. */
async function backUp(path: string, atMs: number): Promise<string> {
  const copy = `${path}.${new Date(atMs).toISOString().replace(/[-:.]/g, '')}.bak`;
  await copyFile(path, copy);
  await chmod(copy, (await stat(path)).mode & 0o777);
  const name = basename(path);
  const copies = (await readdir(dirname(path)))
    .filter((found) => found.startsWith(name) && BACKUP.test(found.slice(name.length)))
    .sort();
  for (const old of copies.slice(0, Math.max(0, copies.length - KEPT_BACKUPS))) await unlink(join(dirname(path), old));
  return copy;
}
