/**
 * `npm run page-pictures`: plays the demo for two minutes and takes the pictures of the page that the documents show, each
 * with few colours, so that it stays small. Needs Chromium (Debian: apt install chromium).
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { findChromium, launchChromium } from '../test/web/page/chromium.ts';
import { type DemoHome, startDemoHome } from '../test/web/page/demo-home.ts';

const FOLDER = fileURLToPath(new URL('pictures/', import.meta.url));
const DESKTOP = { viewport: { width: 1200, height: 800 } } as const;
const PHONE = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true } as const;
const LONG_MS = 180_000;
/** So long the history must be before it makes a timeline worth looking at. */
const PLAYED_MS = 120_000;

interface Shot {
  readonly name: string;
  readonly view: string;
  readonly options: BrowserContextOptions;
  /** Resolves when the picture is worth taking. */
  readonly until: (page: Page) => Promise<unknown>;
}

const mood = (word: string) => (page: Page) => page.locator('.home .word', { hasText: word }).waitFor();

const SHOTS: readonly Shot[] = [
  { name: 'now', view: 'now', options: DESKTOP, until: mood('Happy') },
  { name: 'now-dark', view: 'now', options: { ...DESKTOP, colorScheme: 'dark' }, until: mood('Surprised') },
  { name: 'now-phone', view: 'now', options: PHONE, until: mood('Happy') },
  { name: 'setup-phone', view: 'setup', options: PHONE, until: (page) => page.locator('.plainlist li').waitFor() },
  {
    name: 'why',
    view: 'why/happy-light',
    options: { viewport: { width: 1200, height: 1000 } },
    until: async (page) => {
      await page.getByRole('button', { name: 'Try this rule' }).click();
      await page.locator('.tried .firings li').first().waitFor();
    },
  },
  {
    name: 'timeline',
    view: 'timeline',
    options: { viewport: { width: 1200, height: 900 } },
    until: async (page) => {
      const closer = page.getByRole('button', { name: 'Closer' });
      for (let i = 0; i < 3; i++) await closer.click();
      await page.locator('.curves canvas').waitFor();
      await page.locator('.firings li').first().waitFor();
    },
  },
];

async function take(browser: Browser, home: DemoHome, { name, view, options, until }: Shot): Promise<void> {
  const context = await browser.newContext({ colorScheme: 'light', timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG_MS);
  await page.goto(`${home.url}/#${view}`);
  await until(page);
  await page.evaluate('document.fonts.ready');
  // Faces and gauges move to where they belong.
  await page.waitForTimeout(1000);
  const file = `${FOLDER}${name}.png`;
  const { size, width, height } = await sharp(await page.screenshot())
    .png({ palette: true, colours: 64, compressionLevel: 9, effort: 10 })
    .toFile(file);
  await context.close();
  console.log(`${name}.png: ${width} × ${height} px, ${(size / 1000).toFixed(0)} kB`);
}

async function main(): Promise<void> {
  const installed = findChromium();
  if (installed === undefined) process.exit(1);
  await mkdir(FOLDER, { recursive: true });
  const startedMs = Date.now();
  const [home, browser] = await Promise.all([startDemoHome(), launchChromium(installed)]);
  try {
    for (const shot of SHOTS) {
      const restMs = shot.name === 'timeline' || shot.name === 'why' ? startedMs + PLAYED_MS - Date.now() : 0;
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      await take(browser, home, shot);
    }
  } finally {
    await browser.close();
    await home.stop();
  }
}

await main();
