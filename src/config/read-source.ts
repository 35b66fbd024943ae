import path from 'node:path';
import { type FilledSource, fillPlaceholders } from './fill-placeholders.ts';
import { readSecrets } from './read-secrets.ts';
import type { ReadText } from './read-text.ts';
import { readYaml } from './yaml-source.ts';

/** Where the values come from that a file only refers to. */
export interface Origins {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of `secrets.yaml`. */
  readonly folder: string;
  /** Folder with a file for each secret, as Docker makes it. */
  readonly secretsFolder: string;
  /** Reads files; from the disk when left out. */
  readonly read?: ReadText;
}

/** Reads the text of a YAML file and fills in what it refers to. */
export async function fillSource(text: string, file: string, origins: Origins): Promise<FilledSource> {
  const source = readYaml(text, file);
  if (source.broken) return { source, filled: new Map(), faults: source.faults };
  const names = [...new Set(source.scalars().flatMap(({ tag, text: name }) => (tag === '!secret' ? [name] : [])))];
  const { secrets, faults: broken } = await readSecrets(
    names,
    path.resolve(origins.folder),
    origins.secretsFolder,
    origins.read,
  );
  const { filled, faults } = fillPlaceholders(source, { env: origins.env, secrets });
  return { source, filled, faults: [...source.faults, ...faults, ...broken] };
}
