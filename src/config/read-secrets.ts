import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Fault } from './fault.ts';
import { type ReadText, readText } from './read-text.ts';
import { readYaml } from './yaml-source.ts';

/** Where Docker and Kubernetes put secrets, a file each. */
export const SECRETS_FOLDER = '/run/secrets';

/** Beside the configuration. */
export const SECRETS_FILE = 'secrets.yaml';

/**
 * The named secrets, from `secrets.yaml` in `folder`, else from the file of that name in `secretsFolder`; what neither
 * has is missing from the map. Every value is the text that was written: `0123` stays four digits.
 */
export async function readSecrets(
  names: readonly string[],
  folder: string,
  secretsFolder: string,
  read: ReadText = readText,
): Promise<{ secrets: Map<string, string>; faults: Fault[] }> {
  const secrets = new Map<string, string>();
  if (names.length === 0) return { secrets, faults: [] };
  const { values, faults } = await readSecretsFile(path.join(folder, SECRETS_FILE), read);
  for (const name of names) {
    const value = values.get(name) ?? (await readSecretFile(name, secretsFolder));
    if (value !== undefined) secrets.set(name, value);
  }
  return { secrets, faults };
}

async function readSecretsFile(
  file: string,
  read: ReadText,
): Promise<{ values: Map<string, string>; faults: Fault[] }> {
  const values = new Map<string, string>();
  const found = await read(file);
  if ('reason' in found) return { values, faults: [] };
  const source = readYaml(found.text, file, 'failsafe');
  const faults = [...source.faults];
  const data: unknown = source.broken ? {} : (source.value() ?? {});
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { values, faults: [...faults, source.faultAt([], 'expected `name: secret`, a line each')] };
  }
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'string') values.set(name, value);
    else faults.push(source.faultAt([name], 'a secret is one text'));
  }
  return { values, faults };
}

async function readSecretFile(name: string, folder: string): Promise<string | undefined> {
  // The name comes from a file that anybody may have sent; it must not lead out of the folder.
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) return undefined;
  const text = await readFile(path.join(folder, name), 'utf8').catch(() => undefined);
  return text?.replace(/\r?\n$/, '');
}
