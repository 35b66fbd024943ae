import { readFile, rename } from 'node:fs/promises';
import { replaceFile } from './replace-file.ts';

/** What of the rules outlives a restart, in a file of its own: it is written far more often than switches are. */
export function rulesFile(stateFile: string): string {
  return stateFile.replace(/(\.json)?$/, '.rules.json');
}

/**
 * Reads what `parse` makes of the file; undefined when there is none. A file that is not ours is moved aside (`.unreadable`)
 * and told to `onUnreadable`: rules then begin anew, which is better than a home without any.
 */
export async function readRulesState<T>(
  path: string,
  parse: (json: unknown) => T,
  onUnreadable: (message: string, error: unknown) => void,
): Promise<T | undefined> {
  try {
    return parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    await rename(path, `${path}.unreadable`).catch(() => undefined);
    const words = `${path}: cannot be read, and is now ${path}.unreadable; cooldowns and what waited are forgotten`;
    onUnreadable(words, error);
    return undefined;
  }
}

export async function writeRulesState(path: string, saved: object): Promise<void> {
  await replaceFile(path, JSON.stringify(saved) + '\n');
}
