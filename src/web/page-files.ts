import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Where the page's files lie, beside this one; the same from `src` and from `dist`. */
export const PAGE_FOLDER = fileURLToPath(new URL('page', import.meta.url));

/** A file of the page, in memory. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  /** Undefined where it would hardly be shorter. */
  readonly gzip: Buffer | undefined;
  readonly brotli: Buffer | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** A shorter response is one packet anyway. */
const WORTH_COMPRESSING = 1000;

/**
 * The page's files by their path (`/app.js`; `/` is index.html). They are read once: later requests touch no disk, and
 * no path that somebody asks for ever becomes one of a file. What has another ending is not served.
 */
export async function readPageFiles(folder: string = PAGE_FOLDER): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    const type = TYPES[path.extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const route = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    files.set(route === '/index.html' ? '/' : route, pageFile(await readFile(file), type));
  }
  return files;
}

export function pageFile(plain: Buffer, type: string): PageFile {
  const isText = /^text|json|svg/.test(type) && plain.length >= WORTH_COMPRESSING;
  return {
    type,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 20)}"`,
    plain,
    gzip: isText ? gzipSync(plain, { level: 9 }) : undefined,
    brotli: isText
      ? brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })
      : undefined,
  };
}
