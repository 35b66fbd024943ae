import { type FileHandle, open } from 'node:fs/promises';
import { earlierFiles } from './history-files.ts';
import { parseRecord } from './history-line.ts';
import type { HistoryRecord } from './history-record.ts';
import { seekTime, timeOfLine } from './seek-time.ts';

/** Ours have some 500 characters. */
const MAX_LINE = 1_000_000;

/** Only what was recorded then, both ends inside. */
export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

const ALL_OF_IT: Stretch = { fromMs: -Infinity, untilMs: Infinity };

export interface BrokenLine {
  readonly file: string;
  /** Counted from 1; of a stretch, from where reading began. */
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
  stretch: Stretch = ALL_OF_IT,
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
        if ((await handle.stat()).ino !== inode) yield* readRecords(handle, path, onBroken, { stretch });
      } finally {
        await handle.close();
      }
    }
    if (newest) yield* readRecords(newest, file, onBroken, { mayEndEarly: true, stretch });
  } finally {
    await newest?.close();
  }
}

async function* readRecords(
  handle: FileHandle,
  file: string,
  onBroken: (broken: BrokenLine) => void,
  { mayEndEarly = false, stretch = ALL_OF_IT } = {},
): AsyncGenerator<HistoryRecord, void, undefined> {
  const { fromMs, untilMs } = stretch;
  const within = (ms: number): boolean => ms >= fromMs && ms <= untilMs;
  let line = 0;
  let rest = '';
  const start = fromMs === -Infinity ? 0 : await seekTime(handle, (await handle.stat()).size, fromMs);
  for await (const chunk of handle.createReadStream({ encoding: 'utf8', autoClose: false, start })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_LINE)
      throw new Error(`${file}:${line + lines.length + 1}: not a history: a line without end`);
    for (const text of lines) {
      line++;
      // Parsing is what costs time: most of a long history is left out by how its lines begin.
      if (text === '' || !within(timeOfLine(text) ?? fromMs)) continue;
      const record = parseRecord(text);
      if (typeof record === 'string') onBroken({ file, line, reason: record });
      else if (within(record.atMs)) yield record;
    }
  }
  if (rest === '') return;
  const last = parseRecord(rest);
  if (typeof last !== 'string') {
    if (within(last.atMs)) yield last;
  } else if (!mayEndEarly) onBroken({ file, line: line + 1, reason: last });
}
