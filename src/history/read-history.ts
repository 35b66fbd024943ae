import { type FileHandle, open } from 'node:fs/promises';
import { earlierFiles } from './history-files.ts';
import { parseRecord } from './history-line.ts';
import type { HistoryRecord } from './history-record.ts';

/** Ours have some 500 characters. */
const MAX_LINE = 1_000_000;

export interface BrokenLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/**
 * The records of a history and of the files that it was rotated into, as they were written: the oldest first. A line
 * that cannot be read is told of and left out; the last one of all may be incomplete, as after a kill, and is left out
 * silently. Rejects when there is no such history or it cannot be read.
 */
export async function* readHistory(
  file: string,
  onBroken: (broken: BrokenLine) => void = () => undefined,
): AsyncGenerator<HistoryRecord, void, undefined> {
  // Opened before the others are listed, so that a rotation in between neither hides it nor shows it twice.
  const newest = await open(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    const inode = (await newest?.stat())?.ino;
    const earlier = await earlierFiles(file);
    if (!newest && earlier.length === 0) throw new Error(`${file}: there is no such history`);
    for (const path of earlier) {
      const handle = await open(path);
      try {
        if ((await handle.stat()).ino !== inode) yield* readRecords(handle, path, onBroken);
      } finally {
        await handle.close();
      }
    }
    if (newest) yield* readRecords(newest, file, onBroken, { mayEndEarly: true });
  } finally {
    await newest?.close();
  }
}

async function* readRecords(
  handle: FileHandle,
  file: string,
  onBroken: (broken: BrokenLine) => void,
  { mayEndEarly = false } = {},
): AsyncGenerator<HistoryRecord, void, undefined> {
  let line = 0;
  let rest = '';
  for await (const chunk of handle.createReadStream({ encoding: 'utf8', autoClose: false, start: 0 })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_LINE)
      throw new Error(`${file}:${line + lines.length + 1}: not a history: a line without end`);
    for (const text of lines) {
      line++;
      if (text === '') continue;
      const record = parseRecord(text);
      if (typeof record === 'string') onBroken({ file, line, reason: record });
      else yield record;
    }
  }
  if (rest === '') return;
  const last = parseRecord(rest);
  if (typeof last !== 'string') yield last;
  else if (!mayEndEarly) onBroken({ file, line: line + 1, reason: last });
}
