import { readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where the history lies: where the configuration says, else beside the state file, one a daemon. */
export function historyFile(configured: string | undefined, stateFile: string): string {
  return configured ?? `${stateFile.replace(/\.json$/, '')}.history.ndjson`;
}

/** `history.ndjson` is moved away as `history.ndjson.20261124T063000123Z`: names sort as their times do. */
const SUFFIX = /^\.\d{8}T\d{9}Z(-\d+)?$/;

/** The files that a history was rotated into, the oldest first. */
export async function earlierFiles(file: string): Promise<string[]> {
  const name = basename(file);
  const names = await readdir(dirname(file)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((found) => found.startsWith(name) && SUFFIX.test(found.slice(name.length)))
    .sort()
    .map((found) => join(dirname(file), found));
}

/** Moves the file away, in one step, and deletes the oldest of more than `keep` that were moved away. */
export async function rotate(file: string, atMs: number, keep: number): Promise<void> {
  const stamp = new Date(atMs).toISOString().replace(/[-:.]/g, '');
  const taken = new Set(await earlierFiles(file));
  let target = `${file}.${stamp}`;
  for (let again = 1; taken.has(target); again++) target = `${file}.${stamp}-${again}`;
  await rename(file, target);
  await deleteOldest(file, keep);
}

/** Leaves the newest `keep` of the files that were moved away. */
export async function deleteOldest(file: string, keep: number): Promise<void> {
  const earlier = await earlierFiles(file);
  for (const old of earlier.slice(0, Math.max(0, earlier.length - keep))) await unlink(old);
}
