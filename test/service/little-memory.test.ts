import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

// What keeps the daemon small has to be said before it starts, so it stands in three places.
it('starts with the same small heap from systemd, in the container and by npm', async () => {
  const [unit, image, manifest] = await Promise.all(
    ['service/moodstat.service', 'Dockerfile', 'package.json'].map(read),
  );
  const inUnit = /^Environment=.*NODE_OPTIONS=(\S+) (MALLOC_ARENA_MAX=\d+)$/m.exec(unit!)!;
  const [, options, arenas] = inUnit;
  expect(image).toContain(`NODE_OPTIONS=${options} \\\n    ${arenas} \\\n`);
  const { scripts } = JSON.parse(manifest!) as { scripts: Record<string, string> };
  expect(scripts['start']).toContain(`node ${options} `);
  // Node.js refuses what it does not know, and some flags in the environment only.
  const env = { ...process.env, NODE_OPTIONS: options };
  expect(execFileSync(process.execPath, ['-p', '1 + 1'], { env, encoding: 'utf8' }).trim()).toBe('2');
});
