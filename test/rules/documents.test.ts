import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkRulesText } from '../../src/config/read-rules.ts';

/** Every block of YAML in a document that is a rules file, or a rule. */
function rulesIn(markdown: string): string[] {
  return [...markdown.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) => {
    const value = parse(text) as unknown;
    if (Array.isArray(value)) return [stringify({ rules: value })];
    return typeof value === 'object' && value !== null && 'rules' in value && Array.isArray(value.rules) ? [text] : [];
  });
}

describe.each(['README.md', 'docs/rules.md'])('%s', (name) => {
  it('shows rules that are faultless as they stand', async () => {
    const found = rulesIn(await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'));
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(checkRulesText(text, name)).toEqual([]);
  });
});
