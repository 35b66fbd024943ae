import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

const PICTURE_EXTENSIONS = new Set([
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
  '.bmp',
  '.pgm',
  '.ppm',
]);

/** Whether a file's name says that it holds a single picture. */
export function isPictureName(path: string): boolean {
  return PICTURE_EXTENSIONS.has(extname(path).toLowerCase());
}

/** As people count: `2.jpg` before `10.jpg`, whatever the locale of the machine. */
const NATURAL_ORDER = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The visible entries of a folder in natural order, as paths; rejects with Node's error. */
export async function listFolder(folder: string): Promise<{ path: string; isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => NATURAL_ORDER.compare(a.name, b.name) || (a.name < b.name ? -1 : 1))
    .map((entry) => ({ path: join(folder, entry.name), isFolder: entry.isDirectory() }));
}
