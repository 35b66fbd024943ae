/**
 * `npm run bench:page-weight`: what the page weighs, view by view, as it comes over the wire and unpacked, and how soon it is seen.
 * Needs Chromium (Debian: apt install chromium).
 */
import { findChromium, launchChromium } from '../test/web/page/chromium.ts';
import { startDemoHome } from '../test/web/page/demo-home.ts';

/** By their addresses, as they are called. */
const VIEWS = { now: 'Now', timeline: 'Timeline', why: 'Why', setup: 'Set-up' } as const;
const RUNS = 5;

interface Resource {
  readonly name: string;
  readonly encodedBodySize: number;
  readonly decodedBodySize: number;
}

const installed = findChromium();
if (installed === undefined) process.exit(1);
const [home, browser] = await Promise.all([startDemoHome(), launchChromium(installed)]);
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const seen = new Set<string>();
  const sum = { wire: 0, unpacked: 0 };
  for (const [view, name] of Object.entries(VIEWS)) {
    await page.goto(`${home.url}/#${view}`);
    await page.locator(`section[aria-label='${name}'] h1`).waitFor();
    if (view === 'timeline') await page.locator('.curves canvas').waitFor({ state: 'attached' });
    const resources = await page.evaluate<Resource[]>(
      "JSON.parse(JSON.stringify([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]))",
    );
    const fresh = resources.filter(({ name }) => !name.includes('/api/') && !seen.has(name.split('#')[0]!));
    for (const { name } of fresh) seen.add(name.split('#')[0]!);
    const wire = fresh.reduce((total, { encodedBodySize }) => total + encodedBodySize, 0);
    const unpacked = fresh.reduce((total, { decodedBodySize }) => total + decodedBodySize, 0);
    sum.wire += wire;
    sum.unpacked += unpacked;
    console.log(`${view.padEnd(9)} ${kB(wire)} on the wire, ${kB(unpacked)} unpacked, ${fresh.length} files`);
  }
  console.log(`${'in all'.padEnd(9)} ${kB(sum.wire)} on the wire, ${kB(sum.unpacked)} unpacked`);
  await page.close();
  const paints: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const context = await browser.newContext();
    const fresh = await context.newPage();
    await fresh.goto(home.url);
    await fresh.locator('.camera .mood').first().waitFor();
    paints.push(await fresh.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
    await context.close();
  }
  paints.sort((a, b) => a - b);
  console.log(`first contentful paint, nothing cached: ${paints[RUNS >> 1]!.toFixed(0)} ms (median of ${RUNS})`);
} finally {
  await browser.close();
  await home.stop();
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
}
