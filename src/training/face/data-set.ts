import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A labelled picture; boxes are `[x1, y1, x2, y2]` in px of the picture as it lies on the disk. */
export interface LabelledPicture {
  readonly path: string;
  /** Kind of scene; pictures of one scene are never on both sides of a split. */
  readonly event: string;
  readonly boxes: readonly (readonly [number, number, number, number])[];
}

interface JsonLine {
  readonly image: string;
  readonly event: string;
  readonly boxes: [number, number, number, number][];
}

/**
 * Reads a data set of faces: a folder with `boxes.jsonl` and `images/`, or one of WIDER FACE with its label file
 * `wider_face_*_bbx_gt.txt` beside or above the pictures. Throws an `Error` that says which file and line is wrong.
 */
export async function loadLabelledPictures(dir: string, labelFile?: string): Promise<readonly LabelledPicture[]> {
  const jsonLines = join(dir, 'boxes.jsonl');
  if (labelFile === undefined && existsSync(jsonLines))
    return parseJsonLines(await readFile(jsonLines, 'utf8'), jsonLines).map((line) => ({
      path: join(dir, 'images', line.image),
      event: line.event,
      boxes: line.boxes,
    }));
  const wider = labelFile ?? findWiderLabels(dir);
  if (wider === undefined)
    throw new Error(`${dir}: neither boxes.jsonl nor wider_face_train_bbx_gt.txt is here; see models/face/README.md`);
  return parseWiderLabels(await readFile(wider, 'utf8'), wider).map((picture) => ({
    ...picture,
    path: join(dir, existsSync(join(dir, 'images')) ? 'images' : '', picture.path),
  }));
}

function findWiderLabels(dir: string): string | undefined {
  const names = ['wider_face_train_bbx_gt.txt', 'wider_face_val_bbx_gt.txt'];
  return [dir, join(dir, 'wider_face_split'), dirname(dir), join(dirname(dir), 'wider_face_split')]
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

function parseJsonLines(text: string, file: string): JsonLine[] {
  return text
    .split('\n')
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const where = `${file}:${number}`;
      const record = parseRecord(line, where);
      if (typeof record['image'] !== 'string' || typeof record['event'] !== 'string' || !Array.isArray(record['boxes']))
        throw new Error(`${where}: expected the keys image, event and boxes`);
      const boxes = record['boxes'].filter(isBox);
      if (boxes.length !== record['boxes'].length) throw new Error(`${where}: a box is not [x1, y1, x2, y2]`);
      return { image: record['image'], event: record['event'], boxes };
    });
}

function parseRecord(line: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`${where}: not a line of JSON`, { cause });
  }
}

function isBox(value: unknown): value is [number, number, number, number] {
  return Array.isArray(value) && value.length === 4 && value.every((v) => typeof v === 'number' && Number.isFinite(v));
}

/**
 * Parses WIDER FACE's label file: path, count, then `x y width height blur expression illumination invalid occlusion
 * pose` a line; a picture without faces has count 0 and one line of zeros. Paths stay relative.
 */
export function parseWiderLabels(text: string, file: string): readonly LabelledPicture[] {
  const lines = text.split(/\r?\n/);
  const pictures: LabelledPicture[] = [];
  let at = 0;
  while (at < lines.length) {
    const path = lines[at]!.trim();
    if (path === '') {
      at++;
      continue;
    }
    const count = Number(lines[at + 1]);
    if (!Number.isInteger(count) || count < 0)
      throw new Error(`${file}:${at + 2}: expected the number of faces of ${path}`);
    const rows = lines.slice(at + 2, at + 2 + count);
    const boxes = rows.map((row, i): [number, number, number, number] => {
      const [x, y, width, height] = row.trim().split(/\s+/).map(Number);
      if (![x, y, width, height].every((v) => v !== undefined && Number.isFinite(v)))
        throw new Error(`${file}:${at + 3 + i}: expected x y width height`);
      return [x!, y!, x! + width!, y! + height!];
    });
    pictures.push({
      path,
      event: eventOf(path),
      boxes: boxes.filter(([x1, y1, x2, y2]) => x2 > x1 && y2 > y1),
    });
    at += 2 + Math.max(1, count);
  }
  return pictures;
}

/** WIDER FACE keeps each event in a folder `12--Group`. */
function eventOf(path: string): string {
  const folder = basename(dirname(path));
  return folder.replace(/^\d+--/, '');
}

export type Split = 'train' | 'development';

/**
 * The side an event lies on: a hash of its name decides (FNV-1a), so that the split is the same on every machine and
 * for every subset of the data, and near-duplicates of one event cannot leak.
 */
export function splitOf(event: string, developmentShare = 0.12, seed = 2): Split {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const byte of Buffer.from(event.toLowerCase())) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d) >>> 0;
  hash = (hash ^ (hash >>> 15)) >>> 0;
  return hash / 4294967296 < developmentShare ? 'development' : 'train';
}
