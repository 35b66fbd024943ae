import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Result } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NAMES } from '../../../src/web/page/emotions.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { type DemoHome, startDemoHome } from './demo-home.ts';

// A browser that draws by software, on a machine that is busy, is slow; all waits are for something to be there.
const LONG_MS = 120_000;
const WAIT = { timeout: 60_000 };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;

const installed = findChromium();
const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(installed === undefined)('the page in Chromium', { timeout: LONG_MS }, () => {
  let home: DemoHome;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    [home, browser] = await Promise.all([startDemoHome({ live: true }), launchChromium(installed!)]);
  }, LONG_MS);
  afterAll(async () => {
    await browser.close();
    await home.stop();
  }, LONG_MS);
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  /** A page at a view, that is drawn. */
  async function open(view: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT.timeout);
    // What the policy of content forbids comes as an error on the console, too.
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${home.url}/#${view}`);
    await page.locator('main h1:visible').waitFor();
    return page;
  }

  const wordOf = (page: Page) => page.locator('.home .word').textContent();

  it('shows the moods of the demo, and how they change', async () => {
    const page = await open('now');
    const known = Object.values(NAMES);
    await expect.poll(() => wordOf(page), WAIT).not.toBe('…');
    const seen = new Set<string | null>();
    await expect
      .poll(async () => {
        seen.add(await wordOf(page));
        return seen.size;
      }, WAIT)
      .toBeGreaterThanOrEqual(3);
    expect(known).toEqual(expect.arrayContaining([...seen]));
    expect(await page.locator('.camera .name').allTextContents()).toEqual(['demo']);
    expect(complaints).toEqual([]);
  });

  it('switches a camera off and on', async () => {
    const page = await open('now');
    const control = page.getByRole('switch', { name: 'Camera demo' });
    await control.click();
    await page.locator('.camera .mood', { hasText: 'Switched off' }).waitFor();
    expect(await control.getAttribute('aria-checked')).toBe('false');
    const state = async () => ((await (await fetch(`${home.url}/api/state`)).json()) as { home: unknown }).home;
    await expect.poll(state, WAIT).toBeNull();
    await control.click();
    await expect
      .poll(() => page.locator('.camera .said, .camera .seen .small').first().textContent(), WAIT)
      .toMatch(/sure|person/);
    expect(await control.getAttribute('aria-checked')).toBe('true');
  });

  it('shows what a camera sees while somebody asks for it, and says so', async () => {
    const page = await open('now');
    await page.getByRole('button', { name: 'Look through demo' }).click();
    await page.locator('.live strong', { hasText: 'Live picture' }).waitFor();
    await expect
      .poll(() => page.evaluate<number>("document.querySelector('.live img')?.naturalWidth ?? 0"), WAIT)
      .toBeGreaterThan(100);
    await page.locator('.camera', { hasText: 'somebody is looking' }).waitFor();
    await page.getByRole('button', { name: 'Stop looking through demo' }).click();
    await page.locator('.live').waitFor({ state: 'detached' });
    await page.locator('.camera', { hasText: 'somebody is looking' }).waitFor({ state: 'detached' });
  });

  it('tells a faulty rule at its line, and saves and puts in force a good one', async () => {
    const page = await open('why/happy-light');
    const editor = page.getByLabel('Text of the rules file');
    await expect.poll(() => editor.inputValue(), WAIT).toContain('happy-light');
    const text = await editor.inputValue();
    const line = text.split('\n').findIndex((one) => one.includes('to: happy')) + 1;

    await editor.fill(text.replace('to: happy', 'to: hapy'));
    await page.getByRole('button', { name: `Line ${line}`, exact: true }).waitFor();
    expect(await page.locator('.numbers .error').allTextContents()).toEqual([String(line)]);
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);

    await editor.fill(text.replace('cooldown: 20s', 'cooldown: 21s'));
    await page.locator('.faults li').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved and in force. changed: happy-light', { exact: false }).waitFor();
    expect(await readFile(home.rulesFile, 'utf8')).toContain('cooldown: 21s');
    await expect.poll(() => page.locator('details pre').textContent(), WAIT).toContain('cooldown: 21s');
  });

  it('says what a rule did, and what it would have done', async () => {
    const page = await open('why/happy-light');
    await page.locator('.traces li.acted').first().waitFor();
    await page.getByRole('button', { name: 'Try this rule' }).click();
    await page.getByText(/It would have acted/).waitFor();
    expect(await page.locator('.tried .did code').first().textContent()).toContain('zigbee2mqtt/lamp/set');
  });

  it('draws the timeline, which is read with arrow keys, too', async () => {
    const page = await open('timeline');
    await page.locator('.curves canvas').waitFor();
    await page.locator('.shares li', { hasText: 'Happy' }).waitFor();
    await page.locator('.firings li').first().waitFor();
    const chart = page.getByRole('slider', { name: 'A time on the timeline' });
    await chart.focus();
    await chart.press('End');
    await expect.poll(() => chart.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d:\d\d: /);
    await page.getByRole('button', { name: '1 h', exact: true }).click();
    await expect
      .poll(() => page.getByRole('button', { name: '1 h', exact: true }).getAttribute('aria-pressed'))
      .toBe('true');
    const csv = await page.getByText('Save as CSV').getAttribute('href');
    expect(await (await fetch(`${home.url}${csv}`)).text()).toMatch(/^time,camera,/);
  });

  it('is walked through with the keyboard', async () => {
    const page = await open('now');
    const focused = () =>
      page.evaluate<string>(
        "(({ activeElement: at }) => `${at.getAttribute('aria-label') ?? at.textContent}|${getComputedStyle(at).outlineStyle}`)(document)",
      );
    const walk: string[] = [];
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      walk.push(await focused());
    }
    const names = [
      'To the content',
      'moodstat',
      'Now',
      'Timeline',
      'Why',
      'Set-up',
      'Look through demo',
      'Camera demo',
    ];
    expect(walk).toEqual(names.map((name) => `${name}|solid`));
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toBe('Why · moodstat');
    await expect.poll(focused).toMatch(/^Why\|/);
  });

  const looks: readonly (readonly [string, BrowserContextOptions])[] = [
    ['in the light', { colorScheme: 'light' }],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', PHONE],
  ];
  it.each(looks)('keeps nobody out, %s', async (_, options) => {
    const found: string[] = [];
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT.timeout);
    for (const [view, ready] of [
      ['now', '.camera .mood'],
      ['timeline', '.shares li'],
      ['why', '.traces li'],
      ['setup', '.plainlist li'],
    ] as const) {
      await page.goto(`${home.url}/#${view}`);
      await page.locator(`${ready}:visible`).first().waitFor();
      await page.evaluate(await axeSource);
      const { violations } = await page.evaluate<{ violations: Result[] }>('axe.run({ resultTypes: ["violations"] })');
      for (const { id, impact, nodes } of violations)
        if (impact === 'serious' || impact === 'critical')
          found.push(`${view}: ${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join('; ')}`);
      // A page that is wider than its window would have to be moved about to be read.
      const tooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth + 1');
      if (tooWide) found.push(`${view}: wider than the window`);
    }
    expect(found).toEqual([]);
  });

  it('weighs less than 200 kB on the wire, with all its views', async () => {
    const page = await open('now');
    for (const [view, name] of [
      ['timeline', 'Timeline'],
      ['why', 'Why'],
      ['setup', 'Set-up'],
    ] as const) {
      await page.goto(`${home.url}/#${view}`);
      await page.locator(`section[aria-label='${name}'] h1`).waitFor();
    }
    await page.locator('.curves canvas').waitFor({ state: 'attached' });
    const bytes = await page.evaluate<number>(
      "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).filter(({ name }) => !name.includes('/api/')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)",
    );
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
  });

  it('writes a configuration, begins anew by it, and says when it hears nothing more', async () => {
    const page = await open('setup');
    await page.getByLabel('Address of the camera').fill('demo');
    await page.getByLabel('A short name').fill('second');
    await page.getByLabel('Room').fill('Kitchen');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.locator('.code .added', { hasText: 'room: Kitchen' }).waitFor();
    expect(await readFile(home.configFile, 'utf8')).not.toContain('second');
    await page.getByRole('button', { name: 'Write it' }).click();
    await page.getByText('Written.').waitFor();
    expect(await readFile(home.configFile, 'utf8')).toContain('  second:\n    source: demo\n    room: Kitchen\n');

    await page.getByRole('button', { name: 'Restart moodstat now' }).click();
    await page.goto(`${home.url}/#now`);
    await page.locator('.camera .name', { hasText: 'second' }).waitFor();
    await page.locator('#connection').waitFor({ state: 'hidden' });

    await home.stop();
    await page.getByText(/^Not live since \d\d:\d\d:\d\d/).waitFor();
  });
});
