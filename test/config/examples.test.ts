import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { jsonSchemas } from '../../src/config/json-schemas.ts';
import { checkConfig, loadConfig } from '../../src/config/load-config.ts';
import { configSchema } from '../../src/config/schema.ts';
import { uncomment } from './uncomment.ts';

const CONFIG = fileURLToPath(new URL('../../config/', import.meta.url));
const ENV = { CAMERA_PASSWORD: 'x' };

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'moodstat-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

describe('config/moodstat.yaml', () => {
  it('is faultless as shipped, and its rules are live', async () => {
    expect(await checkConfig(path.join(CONFIG, 'moodstat.yaml'), {})).toEqual([]);
    const { config, rules } = await loadConfig(path.join(CONFIG, 'moodstat.yaml'), {});
    expect(config.cameras.map(({ name }) => name)).toEqual(['demo']);
    expect(config.broker.enabled).toBe(true);
    expect(rules.length).toBeGreaterThanOrEqual(2);
  });

  it('is faultless with everything in it switched on', async () => {
    const folder = await folderWith({
      'moodstat.yaml': uncomment(await readFile(path.join(CONFIG, 'moodstat.yaml'), 'utf8')).replaceAll(
        '../models/',
        '',
      ),
      'rules.yaml': uncomment(await readFile(path.join(CONFIG, 'rules.yaml'), 'utf8')),
      'secrets.yaml':
        'mqtt_password: x\ndoor_authorization: x\nmusic_authorization: x\nweb_password: x2345678\nweb_token: x2345678\n',
      'ca.pem': '-----BEGIN CERTIFICATE-----\n',
      'evening.mp4': '',
      'haarcascade_frontalface_default.xml': '',
      face: '',
      emotion: '',
    });
    expect(await checkConfig(path.join(folder, 'moodstat.yaml'), ENV)).toEqual([]);
    const { config, rules } = await loadConfig(path.join(folder, 'moodstat.yaml'), ENV);
    expect(config.cameras.map(({ name }) => name)).toEqual(['living', 'door', 'recording']);
    expect(rules.map(({ id }) => id)).toContain('evening-mood');
  });

  it('shows the defaults it claims to show', async () => {
    const text = uncomment(await readFile(path.join(CONFIG, 'moodstat.yaml'), 'utf8'));
    // What has no default says so, or is obviously somebody's own.
    const own = /no default|when left out|when the model|source:|!secret|models\/|^ {4}fps: 1$|\$\{/;
    const kept = text
      .split('\n')
      .filter((line) => !own.test(line))
      .join('\n');
    const shown = parse(kept) as Record<string, unknown> & { cameras: Record<string, object> };
    const living = configSchema.parse({ cameras: { living: { source: 'demo' } } });
    const written = configSchema.parse({
      ...shown,
      cameras: { living: { ...shown.cameras['living'], source: 'demo' } },
    });
    expect(written).toEqual({ ...living, rules: ['rules.yaml'] });
  });

  it('mentions every key there is', async () => {
    const text = await readFile(path.join(CONFIG, 'moodstat.yaml'), 'utf8');
    for (const key of keysOf(jsonSchemas()['moodstat.schema.json'])) expect(text).toContain(`${key}:`);
  });

  it('has its schema named in the first line', async () => {
    for (const name of ['moodstat', 'rules']) {
      const text = await readFile(path.join(CONFIG, `${name}.yaml`), 'utf8');
      expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=./${name}.schema.json`);
    }
  });
});

describe('config/rules.yaml', () => {
  it('mentions every key there is', async () => {
    const text = await readFile(path.join(CONFIG, 'rules.yaml'), 'utf8');
    for (const key of keysOf(jsonSchemas()['rules.schema.json'])) expect(text).toContain(`${key}:`);
  });
});

describe('the published JSON Schemas', () => {
  it.each(Object.entries(jsonSchemas()))(
    '%s is what the code says (npx tsx src/config/write-json-schema.ts)',
    async (name, schema) => {
      expect(JSON.parse(await readFile(path.join(CONFIG, name), 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
    },
  );

  it('knows the types, ranges and names that matter to an editor', () => {
    const { properties } = jsonSchemas()['moodstat.schema.json'] as { properties: Record<string, unknown> };
    expect(properties['broker']).toMatchObject({
      additionalProperties: false,
      properties: { port: { type: 'integer', minimum: 1, maximum: 65_535, default: 1883 } },
    });
    expect(properties['cameras']).toMatchObject({ additionalProperties: { required: ['source'] } });
  });
});

/** Every key that a JSON Schema names, at any depth. */
function keysOf(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set();
  const own =
    'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
  return new Set([...own, ...Object.values(schema).flatMap((value) => [...keysOf(value)])]);
}
