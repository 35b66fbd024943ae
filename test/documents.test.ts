import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isKnownFilter, isKnownTopic } from '../src/publish/topics.ts';

const ROOT = new URL('../', import.meta.url);

async function documents(): Promise<string[]> {
  const flows = (await readdir(new URL('flows/', ROOT), { recursive: true }).catch(() => [])).filter((name) =>
    /\.(json|md|html)$/.test(name),
  );
  const docs = (await readdir(new URL('docs/', ROOT))).filter((name) => /\.(md|sh)$/.test(name));
  return [
    'README.md',
    'src/publish/README.md',
    ...docs.map((name) => `docs/${name}`),
    ...flows.map((name) => `flows/${name}`),
  ];
}

/** Everything that looks like a topic under our base, with `<placeholders>` spelled out as an example. */
function topicsIn(text: string): string[] {
  const examples: Record<string, string> = {
    '<camera>': 'living',
    '<track>': '7',
    '<name>': 'health_check',
    '<id>': 'comfort-light',
    '<device>': 'living',
  };
  const found = text.match(/(?:home\/emotion|homeassistant\/(?:device|status))(?:\/[\w#+<>-]+)*/g) ?? [];
  return found.map((topic) => topic.replace(/<\w+>/g, (placeholder) => examples[placeholder] ?? placeholder));
}

describe('documents and flows', () => {
  it('name no topic that is not ours', async () => {
    let count = 0;
    for (const name of await documents()) {
      for (const topic of topicsIn(await readFile(new URL(name, ROOT), 'utf8'))) {
        const known = /[+#]/.test(topic) ? isKnownFilter(topic, 'home/emotion') : isKnownTopic(topic, 'home/emotion');
        expect(known, `${name}: ${topic}`).toBe(true);
        count++;
      }
    }
    expect(count).toBeGreaterThan(10);
  });

  it('link to files that are there', async () => {
    const docs = (await readdir(new URL('docs/', ROOT))).filter((name) => name.endsWith('.md'));
    for (const name of ['README.md', 'CHANGELOG.md', ...docs.map((file) => `docs/${file}`)]) {
      const file = new URL(name, ROOT);
      const text = await readFile(file, 'utf8');
      for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
        await expect(
          readFile(new URL(target!, file)).catch(
            (error: unknown) => (error as NodeJS.ErrnoException).code === 'EISDIR',
          ),
          target,
        ).resolves.toBeTruthy();
    }
  });
});
