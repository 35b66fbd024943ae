import { createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { EMOTIONS } from '../../vision/emotion.ts';
import { DataSetError, PICTURE_PX, SPLITS, VOTE_COLUMNS, type LabelledPicture, type Split } from './data-set.ts';

/** Reads fer2013.csv (`emotion,pixels,Usage`), and the votes of fer2013new.csv beside it, row by row. */
export async function loadCsv(path: string, only: readonly Split[]): Promise<LabelledPicture[]> {
  const votesPath = join(dirname(path), 'fer2013new.csv');
  const votes = existsSync(votesPath) ? await loadVotes(votesPath) : undefined;
  const pictures: LabelledPicture[] = [];
  let row = -1;
  for await (const line of lines(path)) {
    const where = `${path}:${row + 2}`;
    if (row++ < 0) {
      if (!/^emotion,\s*pixels,\s*Usage$/i.test(line))
        throw new DataSetError(`${where}: expected the header "emotion,pixels,Usage", found "${line.slice(0, 60)}"`);
      continue;
    }
    if (line === '') continue;
    const first = line.indexOf(',');
    const last = line.lastIndexOf(',');
    const split = SPLITS.find((s) => s === line.slice(last + 1).trim());
    if (!split)
      throw new DataSetError(
        `${where}: Usage must be ${SPLITS.join(', ')}, found "${line.slice(last + 1, last + 30)}"`,
      );
    const picked = votes?.[row - 1];
    if (votes && !picked)
      throw new DataSetError(`${votesPath}: has ${votes.length} rows, fewer than ${path}; they must match row by row`);
    if (picked && picked.split !== split)
      throw new DataSetError(`${votesPath}:${row + 1}: Usage is "${picked.split}", but "${split}" in ${path}`);
    if (!only.includes(split)) continue;
    const label = Number(line.slice(0, first));
    if (EMOTIONS[label] === undefined)
      throw new DataSetError(`${where}: emotion must be 0 to 6, found "${line.slice(0, Math.min(first, 20))}"`);
    const pixels = parsePixels(line, first + 1, last, where);
    pictures.push({ pixels, label, split, source: `row ${row - 1}`, ...(picked && { votes: picked.votes }) });
  }
  if (pictures.length === 0) throw new DataSetError(`${path}: holds no pictures of ${only.join(', ')}`);
  return pictures;
}

/** Digits are read by hand: split and Number took four times as long on the 300 MB. */
function parsePixels(line: string, start: number, end: number, where: string): Uint8Array {
  const pixels = new Uint8Array(PICTURE_PX);
  let count = 0;
  let value = -1;
  for (let i = start; i <= end; i++) {
    const digit = line.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) value = (value < 0 ? 0 : value * 10) + digit;
    else if (value >= 0) {
      if (value > 255) throw new DataSetError(`${where}: pixel ${count} is ${value}, more than 255`);
      if (count < PICTURE_PX) pixels[count] = value;
      count++;
      value = -1;
    }
  }
  if (count !== PICTURE_PX) throw new DataSetError(`${where}: ${count} pixels instead of 48 × 48 = ${PICTURE_PX}`);
  return pixels;
}

async function loadVotes(path: string): Promise<{ split: string; votes: number[] }[]> {
  const rows: { split: string; votes: number[] }[] = [];
  let header: string[] | undefined;
  for await (const line of lines(path)) {
    const cells = line.split(',').map((cell) => cell.trim());
    if (!header) {
      header = cells;
      const missing = VOTE_COLUMNS.filter((column) => !cells.includes(column));
      if (missing.length > 0 || !cells.includes('Usage'))
        throw new DataSetError(
          `${path}:1: columns missing: ${['Usage', ...missing].filter((c) => !cells.includes(c)).join(', ')}`,
        );
      continue;
    }
    if (line === '') continue;
    const at = (column: string): string => cells[header!.indexOf(column)] ?? '';
    const votes = VOTE_COLUMNS.map((column) => Number(at(column)));
    if (votes.some((v) => !Number.isFinite(v) || v < 0))
      throw new DataSetError(`${path}:${rows.length + 2}: votes must be numbers`);
    rows.push({ split: at('Usage'), votes });
  }
  return rows;
}

function lines(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path, { highWaterMark: 1 << 20 }), crlfDelay: Infinity });
}
