import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { isKnownFilter } from '../../src/publish/topics.ts';

// People copy topics out of these; one that is not published would never say anything to them.

const ROOT = new URL('../../', import.meta.url);
const PLACEHOLDERS: Readonly<Record<string, string>> = { '<track>': '7', '<name>': 'health_check' };

async function documents(): Promise<string[]> {
  const all = await Promise.all(
    ['flows/', 'config/'].map((folder) => readdir(new URL(folder, ROOT), { recursive: true }).catch(() => [])),
  );
  return ['README.md', ...all[0]!.map((name) => `flows/${name}`), ...all[1]!.map((name) => `config/${name}`)].filter(
    (name) => /\.(?:md|json|ya?ml)$/.test(name) && !name.includes('node_modules'),
  );
}

/** Every topic or filter of ours that a text names; example names stand for the placeholders. */
function topicsIn(text: string): string[] {
  const named =
    text.match(/\bhome\/emotion(?![\w-])(?:\/[\w<>+#-]+)*|\bhomeassistant\/(?:device|status)(?:\/[\w<>+#-]+)*/g) ?? [];
  return named.map((topic) => topic.replace(/<\w+>/g, (placeholder) => PLACEHOLDERS[placeholder] ?? 'living'));
}

describe.each(await documents())('%s', (name) => {
  test('names only topics that there are', async () => {
    const topics = topicsIn(await readFile(new URL(name, ROOT), 'utf8'));
    expect(topics.filter((topic) => !isKnownFilter(topic, 'home/emotion'))).toEqual([]);
  });
});

test('README.md names topics at all, and a wrong one would be found', async () => {
  expect(topicsIn(await readFile(new URL('README.md', ROOT), 'utf8')).length).toBeGreaterThan(10);
  const wrong = topicsIn('`home/emotion/<camera>/mood`, `home/emotion/bridge/status` and `home/emotions/x`');
  expect(wrong).toEqual(['home/emotion/living/mood', 'home/emotion/bridge/status']);
  expect(wrong.filter((topic) => isKnownFilter(topic, 'home/emotion'))).toEqual([]);
});
