import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FilledSource, fillPlaceholders } from './fill-placeholders.ts';
import { readSecrets } from './read-secrets.ts';
import { readYaml } from './yaml-source.ts';

/** Where the values come from that a file only refers to. */
export interface Origins {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of `secrets.yaml`. */
  readonly folder: string;
  /** Folder with a file for each secret, as Docker makes it. */
  readonly secretsFolder: string;
}

/** The text of a file, or in words why it is not to be had. */
export async function readText(file: string): Promise<{ text: string } | { reason: string }> {
  try {
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return { reason: REASONS[code] ?? `cannot be read (${code})` };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'a folder, not a file',
};

/** Reads the text of a YAML file and fills in what it refers to. */
export async function fillSource(text: string, file: string, origins: Origins): Promise<FilledSource> {
  const source = readYaml(text, file);
  if (source.broken) return { source, filled: new Map(), faults: source.faults };
  const names = [...new Set(source.scalars().flatMap(({ tag, text: name }) => (tag === '!secret' ? [name] : [])))];
  const read = await readSecrets(names, path.resolve(origins.folder), origins.secretsFolder);
  const { filled, faults } = fillPlaceholders(source, { env: origins.env, secrets: read.secrets });
  return { source, filled, faults: [...source.faults, ...faults, ...read.faults] };
}
