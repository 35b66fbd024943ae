import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isSameSecret } from '../../src/web/guard-access.ts';
import { fakeHome } from '../fakes/fake-home.ts';
import { ATTACKS, PASSWORD, type Target, TOKEN } from './attacks.ts';
import { serve } from './serve.ts';

const SECRETS = { password: PASSWORD, token: TOKEN };

async function target(): Promise<Target> {
  const home = fakeHome({ settings: { ...SECRETS, allowedHosts: ['mood.example.org'] } });
  const limits = { requestMs: 400, headersMs: 200, checkMs: 50, silentMs: 60_000, retryMs: 60_000 };
  const proxy = { trustedProxies: ['127.0.0.1'], allowedHosts: ['mood.example.org'] };
  return {
    home,
    url: await serve(home.deps),
    hurried: await serve({ ...home.deps, limits }),
    proxied: await serve({ ...home.deps, settings: { ...home.deps.settings, ...proxy } }),
  };
}

describe('the page under attack', () => {
  it.each(ATTACKS)('%s: %s', async (_attack, _got, trying) => {
    const tried = await target();
    await trying(tried);
    // Whatever was tried, it still answers who may ask, and nothing failed that was not foreseen.
    expect((await fetch(`${tried.url}/api/state`, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
    expect(tried.home.log.at('error')).toEqual([]);
  });

  it('is told in the documentation, word for word', async () => {
    const page = await readFile(new URL('../../docs/page.md', import.meta.url), 'utf8');
    const rows = page.split('\n').map((line) => line.replace(/\s*\|\s*/g, '|'));
    for (const [attack, got] of ATTACKS) expect(rows).toContain(`|${attack}|${got}|`);
  });
});

describe('isSameSecret', () => {
  it.each([
    ['same words', 'same words', true],
    ['same words', 'same word', false],
    ['', 'same words', false],
    ['ä', 'a', false],
  ])('of %j and %j is %j', (a, b, same) => {
    expect(isSameSecret(a, b)).toBe(same);
  });
});
