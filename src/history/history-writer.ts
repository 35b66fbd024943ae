import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deleteOldest, rotate } from './history-files.ts';
import { formatRecord, parseRecord } from './history-line.ts';
import type { HistoryRecord } from './history-record.ts';

export interface HistoryOptions {
  readonly file: string;
  /** A file that would grow beyond this is moved away first, in bytes. */
  readonly maxSizeBytes: number;
  /** So is one whose first record is this old. */
  readonly maxAgeMs: number;
  /** How many files that were moved away stay. */
  readonly keep: number;
}

export interface HistoryEvents {
  /** Told once of what keeps records from being written. */
  readonly onFault: (reason: string) => void;
  /** Told when records are written again, and how many were lost. */
  readonly onRecovered: (lost: number) => void;
}

/** Records that wait for the disk at most; some ten minutes of a home with ten cameras. */
const MAX_WAITING = 10_000;
const FIRST_LINE_BYTES = 4096;

interface OpenFile {
  readonly handle: FileHandle;
  bytes: number;
  /** Time of its first record; undefined while it has none. */
  sinceMs: number | undefined;
}

/**
 * Appends records to a file that nobody else can read (mode 0600). Lines only ever grow at the end and go out in whole
 * writes, so that a kill leaves at most the last one incomplete; the next start sets it apart with a line end. `write`
 * never waits: when the disk does not keep up, or is gone, records are lost, counted, and told of.
 */
export class HistoryWriter {
  readonly #options: HistoryOptions;
  readonly #events: HistoryEvents;
  #waiting: HistoryRecord[] = [];
  #lost = 0;
  #fault: string | undefined;
  #file: OpenFile | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: HistoryOptions, events: HistoryEvents) {
    this.#options = options;
    this.#events = events;
  }

  write(record: HistoryRecord): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#lost++;
      return;
    }
    this.#waiting.push(record);
    this.#writing ??= this.#writeAll();
  }

  /** Writes what waits, to the disk itself, and closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#closeFile();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#append(batch);
        this.#recovered();
      } catch (error) {
        this.#lost += batch.length;
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== this.#fault) this.#events.onFault(reason);
        this.#fault = reason;
        // How much of the batch was written is unknown: opening it anew looks at the end of the file.
        await this.#file?.handle.close().catch(() => undefined);
        this.#file = undefined;
      }
    }
    this.#writing = undefined;
  }

  async #append(batch: readonly HistoryRecord[]): Promise<void> {
    let text = '';
    let bytes = 0;
    for (const record of batch) {
      const line = formatRecord(record) + '\n';
      const lineBytes = Buffer.byteLength(line);
      this.#file ??= await this.#open();
      const { bytes: written, sinceMs = record.atMs } = this.#file;
      const full = written + bytes > 0 && written + bytes + lineBytes > this.#options.maxSizeBytes;
      if (full || record.atMs - sinceMs >= this.#options.maxAgeMs) {
        await this.#flush(text, bytes);
        [text, bytes] = ['', 0];
        await this.#closeFile();
        await rotate(this.#options.file, record.atMs, this.#options.keep);
        this.#file = await this.#open();
      }
      this.#file.sinceMs ??= record.atMs;
      text += line;
      bytes += lineBytes;
    }
    await this.#flush(text, bytes);
  }

  async #flush(text: string, bytes: number): Promise<void> {
    if (!this.#file || bytes === 0) return;
    await this.#file.handle.appendFile(text);
    this.#file.bytes += bytes;
  }

  async #open(): Promise<OpenFile> {
    const { file, keep } = this.#options;
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(file, 'a+', 0o600);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new Error(`${file}: not a file`);
      if ((stat.mode & 0o077) !== 0) await handle.chmod(0o600);
      await deleteOldest(file, keep);
      const buffer = Buffer.alloc(FIRST_LINE_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, FIRST_LINE_BYTES, 0);
      const first = parseRecord(buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0]!);
      const open = { handle, bytes: stat.size, sinceMs: typeof first === 'string' ? undefined : first.atMs };
      if (stat.size > 0) {
        await handle.read(buffer, 0, 1, stat.size - 1);
        if (buffer[0] !== 0x0a) open.bytes += (await handle.write('\n')).bytesWritten;
      }
      return open;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #closeFile(): Promise<void> {
    const { handle } = this.#file ?? {};
    this.#file = undefined;
    // Once a file and once a run: a sync a record would wear out an SD card.
    await handle?.datasync().catch(() => undefined);
    await handle?.close();
  }

  #recovered(): void {
    this.#fault = undefined;
    if (this.#lost > 0) this.#events.onRecovered(this.#lost);
    this.#lost = 0;
  }
}
