// Puts beside the page's compiled modules what is served as it is: its own files, and the parts that others made, with
// their licences. Part of `npm run build`.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = join(ROOT, 'src', 'web', 'page');
const BUILT = join(ROOT, 'dist', 'web', 'page');
const SERVED = ['.html', '.css', '.svg'];

const VENDOR = {
  'uplot.js': 'uplot/dist/uPlot.iife.min.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
  'uplot.LICENSE': 'uplot/LICENSE',
  'fraunces.woff2': '@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2',
  'fraunces.LICENSE': '@fontsource-variable/fraunces/LICENSE',
  'figtree.woff2': '@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2',
  'figtree.LICENSE': '@fontsource-variable/figtree/LICENSE',
};

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

for (const name of readdirSync(PAGE)) if (SERVED.includes(extname(name))) copy(join(PAGE, name), join(BUILT, name));
for (const [name, from] of Object.entries(VENDOR)) copy(join(ROOT, 'node_modules', from), join(BUILT, 'vendor', name));
