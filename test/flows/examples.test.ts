import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FLOWS, type FlowNode } from './node-red-parts.ts';

/** What Node-RED brings itself; `ours` come with our palette. */
const CORE = [
  ...['tab', 'comment', 'inject', 'debug', 'function', 'change', 'template'],
  ...['mqtt-broker', 'mqtt in', 'mqtt out', 'http in', 'http response', 'http request'],
];
const OURS = ['mood', 'mood switch'];

async function flowsIn(folder: string): Promise<[string, FlowNode[]][]> {
  const names = (await readdir(new URL(folder, FLOWS))).filter((name) => name.endsWith('.json'));
  return Promise.all(
    names.map(async (name): Promise<[string, FlowNode[]]> => [name, await readJson(`${folder}${name}`)]),
  );
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(new URL(path, FLOWS), 'utf8')) as T;
}

const examples = await flowsIn('./');
const ofPalette = await flowsIn('nodes/examples/');

describe.each([...examples, ...ofPalette])('%s', (name, nodes) => {
  const ids = nodes.map(({ id }) => id);

  it('needs no nodes of others', () => {
    const known = ofPalette.some(([one]) => one === name) ? [...CORE, ...OURS] : CORE;
    expect(nodes.map(({ type }) => type).filter((type) => !known.includes(type))).toEqual([]);
  });

  it('is whole: each id once, each wire, tab and broker among them', () => {
    expect(new Set(ids).size).toBe(ids.length);
    const named = nodes.flatMap(({ z, wires = [], ...node }) => [
      ...(z === undefined ? [] : [z]),
      ...wires.flat(),
      ...('broker' in node && node.type !== 'mqtt-broker' ? [String(node['broker'])] : []),
    ]);
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('holds no credentials', () => {
    expect(JSON.stringify(nodes)).not.toMatch(/"(?:credentials|user|username|password)":/);
  });

  it('tells what it is for', () => {
    expect(nodes.find(({ type }) => type === 'tab')?.['info']).toMatch(/\w+/);
    expect(nodes.find(({ type }) => type === 'comment')?.['info']).toMatch(/\w+/);
  });
});

describe('the palette', () => {
  interface Package {
    version: string;
    keywords: string[];
    files: string[];
    'node-red': { nodes: Record<string, string> };
  }

  it('can be published: its nodes are where it says, and its version is that of moodstat', async () => {
    const palette = await readJson<Package>('nodes/package.json');
    expect(palette.keywords).toContain('node-red');
    for (const path of [...Object.values(palette['node-red'].nodes), ...palette.files])
      expect(existsSync(new URL(`nodes/${path}`, FLOWS)), path).toBe(true);
    expect(palette.version).toBe((await readJson<Package>('../package.json')).version);
  });

  it('speaks the same in both of its languages', async () => {
    const keysOf = (value: unknown, path = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`))
        : [path];
    const [english, german] = await Promise.all(
      ['en-US', 'de'].map((language) => readJson(`nodes/nodes/locales/${language}/moodstat.json`)),
    );
    expect(keysOf(german)).toEqual(keysOf(english));
    for (const language of ['en-US', 'de']) {
      const help = await readFile(new URL(`nodes/nodes/locales/${language}/moodstat.html`, FLOWS), 'utf8');
      for (const type of OURS) expect(help).toContain(`data-help-name="${type}"`);
    }
  });

  it('has words for all that its forms ask', async () => {
    const form = await readFile(new URL('nodes/nodes/moodstat.html', FLOWS), 'utf8');
    const words = await readJson<Record<string, unknown>>('nodes/nodes/locales/en-US/moodstat.json');
    const keys = [...form.matchAll(/data-i18n="(?:\[\w+\])?([\w.]+)"/g)].map(([, key]) => key!);
    expect(keys.length).toBeGreaterThan(10);
    for (const key of keys) {
      const found = key.split('.').reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], words);
      expect(typeof found, key).toBe('string');
    }
  });
});
