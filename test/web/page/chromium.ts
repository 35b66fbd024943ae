import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; undefined, said loudly, where there is none. */
export function findChromium(): string | undefined {
  const found = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place));
  if (found === undefined)
    console.warn('no Chromium is installed here: the page is not looked at (Debian: apt install chromium)');
  return found;
}

/** Software rendering, which every machine has; the sandbox needs rights that containers do not give. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}
