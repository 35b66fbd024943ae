import path from 'node:path';
import type { RuleText } from '../rules/parse-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { checkData, newFaults } from './check-data.ts';
import { valueAt } from './explain-issue.ts';
import { ConfigError, type Fault, sortFaults } from './fault.ts';
import { findWarnings } from './find-warnings.ts';
import { lookAtDisk } from './look-at-disk.ts';
import { lookForPackages } from './look-for-packages.ts';
import { readRules } from './read-rules.ts';
import { SECRETS_FOLDER } from './read-secrets.ts';
import { fillSource, type Origins } from './read-source.ts';
import { type ReadText, readText } from './read-text.ts';
import { type MoodstatConfig, resolveConfig } from './resolve-config.ts';
import { configSchema, type WrittenConfig } from './schema.ts';
import type { YamlSource } from './yaml-source.ts';

/** What a start needs; `faults` are those of rules left out, and warnings. */
export interface LoadedConfig extends LoadedRules {
  readonly config: MoodstatConfig;
  readonly faults: readonly Fault[];
}

/** Rules, and where they were written. */
export interface LoadedRules {
  readonly rules: readonly Rule[];
  /** By id, of faulty rules too. */
  readonly texts: ReadonlyMap<string, RuleText>;
  /** Files of which nothing could be read but faults. */
  readonly brokenFiles: readonly string[];
}

/**
 * Reads a configuration, its secrets and its rules. Rejects with a `ConfigError` that holds all faults, those of rules
 * included, when the configuration itself has an error; a faulty rule only stays out.
 */
export async function loadConfig(
  file: string,
  env: Origins['env'],
  secretsFolder: string = SECRETS_FOLDER,
  read: ReadText = readText,
): Promise<LoadedConfig> {
  const reading = await readConfig(file, { env, folder: path.dirname(file), secretsFolder, read });
  const { config, rules, texts, brokenFiles, faults, found } = reading;
  if (!config) throw new ConfigError(found ? 'faulty' : 'missing', faults);
  return { config, rules, texts, brokenFiles, faults };
}

/** All faults of a configuration and its rules, in reading order; none when all is well. Never rejects for bad input. */
export async function checkConfig(
  file: string,
  env: Origins['env'],
  secretsFolder: string = SECRETS_FOLDER,
  read: ReadText = readText,
): Promise<Fault[]> {
  return (await readConfig(file, { env, folder: path.dirname(file), secretsFolder, read })).faults;
}

interface Reading extends LoadedRules {
  /** Undefined when there is an error in it. */
  readonly config: MoodstatConfig | undefined;
  readonly faults: Fault[];
  readonly found: boolean;
}

async function readConfig(file: string, origins: Origins & { readonly read: ReadText }): Promise<Reading> {
  const read = await origins.read(file);
  if ('reason' in read) {
    const fault: Fault = { file, line: 1, column: 1, message: read.reason, severity: 'error' };
    return { config: undefined, rules: [], texts: new Map(), brokenFiles: [], faults: [fault], found: false };
  }
  const { source, filled, faults } = await fillSource(read.text, file, origins);
  const checked = source.broken
    ? { value: undefined, faults: [] }
    : checkData(configSchema, source.value() ?? undefined, source, { filled });
  const written = checked.value;
  const disk = written ? await lookAtDisk(written, source) : { ca: undefined, faults: [] };
  const rules = await readRules(source, origins, knownToRules(written, source));
  const own = [
    ...faults,
    ...newFaults(checked.faults, faults),
    ...disk.faults,
    ...(written ? lookForPackages(written, source) : []),
    ...rules.configFaults,
    ...(written ? findWarnings(written, source) : []),
  ];
  const sound = written && own.every(({ severity }) => severity === 'warning') ? written : undefined;
  return {
    config: sound && resolveConfig(sound, file, { ca: disk.ca, rules: rules.files }),
    rules: rules.rules,
    texts: rules.texts,
    brokenFiles: rules.brokenFiles,
    faults: sortFaults([...own, ...rules.faults]),
    found: true,
  };
}

/** What rules may name, as far as a faulty configuration tells. */
function knownToRules(config: WrittenConfig | undefined, source: YamlSource) {
  const written: unknown = config?.cameras ?? (source.broken ? undefined : valueAt(source.value(), ['cameras']));
  const cameras = typeof written === 'object' && written !== null ? written : undefined;
  const rooms = Object.keys(cameras ?? {}).map((name) => valueAt(cameras, [name, 'room']));
  return {
    cameras: cameras && Object.keys(cameras),
    rooms: cameras && [...new Set(rooms.filter((room) => typeof room === 'string'))],
    baseTopic: config?.mqtt.baseTopic ?? 'home/emotion',
    hasLocation: config ? config.location !== undefined : undefined,
  };
}
