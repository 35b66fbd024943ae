import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The text of a file, or in words why it is not to be had. */
export type ReadText = (file: string) => Promise<{ readonly text: string } | { readonly reason: string }>;

/** Reads files as if some, by their paths, held another text already: what would be written is checked before it is. */
export function readAsIf(texts: ReadonlyMap<string, string>): ReadText {
  const changed = new Map([...texts].map(([file, text]) => [path.resolve(file), text]));
  return (file) => {
    const text = changed.get(path.resolve(file));
    return text === undefined ? readText(file) : Promise.resolve({ text });
  };
}

/** From the disk. */
export const readText: ReadText = async (file) => {
  try {
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return { reason: REASONS[code] ?? `cannot be read (${code})` };
  }
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'a folder, not a file',
};
