import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/load-config.ts';
import { uncomment } from './uncomment.ts';

const EXAMPLES = fileURLToPath(new URL('../../config/', import.meta.url));

/** What people and editors do to a text. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(12),
  added: fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\t',
      '\n',
      ': ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a ',
      '*a',
      '<<: *a',
      '!secret x',
      '!x ',
    ),
    fc.constantFrom(
      '${X}',
      '${',
      '{{',
      '#',
      '|',
      '>',
      '?',
      '%',
      '@',
      '---\n',
      '...\n',
      '\u0000',
      '\uFEFF',
      '__proto__: 1\n',
    ),
    fc.string({ maxLength: 6, unit: 'binary' }),
  ),
});

describe('a configuration that somebody broke anyhow', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'moodstat-broken-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('gives faults in words, each at a place that is in its file, and never an error', async () => {
    const shipped = async (name: string) => uncomment(await readFile(path.join(EXAMPLES, name), 'utf8'));
    const texts = { 'moodstat.yaml': await shipped('moodstat.yaml'), 'rules.yaml': await shipped('rules.yaml') };
    const file = fc.constantFrom('moodstat.yaml' as const, 'rules.yaml' as const);
    await fc.assert(
      fc.asyncProperty(file, fc.array(edit, { minLength: 1, maxLength: 4 }), async (name, edits) => {
        const broken = edits.reduce((text, { at, removed, added }) => {
          const start = Math.floor(at * text.length);
          return text.slice(0, start) + added + text.slice(start + removed);
        }, texts[name]);
        const files: Record<string, string> = { ...texts, [name]: broken };
        for (const [each, text] of Object.entries(files)) await writeFile(path.join(folder, each), text);
        for (const fault of await checkConfig(path.join(folder, 'moodstat.yaml'), {}, folder)) {
          const lines = (files[path.basename(fault.file)] ?? '').split('\n');
          expect(fault.line).toBeGreaterThanOrEqual(1);
          expect(fault.line).toBeLessThanOrEqual(lines.length);
          expect(fault.column).toBeGreaterThanOrEqual(1);
          expect(fault.column).toBeLessThanOrEqual((lines[fault.line - 1] ?? '').length + 1);
          expect(fault.message).toMatch(/^.{3,}$/u);
          expect(fault.message).not.toMatch(/Invalid input|\[object|undefined|node_modules/);
        }
      }),
      { numRuns: 150, seed: 2 },
    );
  });
});
