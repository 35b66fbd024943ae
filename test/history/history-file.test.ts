import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HistoryWriter, type HistoryOptions } from '../../src/history/history-writer.ts';
import { formatRecord } from '../../src/history/history-line.ts';
import type { HistoryRecord } from '../../src/history/history-record.ts';
import { type BrokenLine, readHistory } from '../../src/history/read-history.ts';
import { seekTime } from '../../src/history/seek-time.ts';
import { moodRecord, START_MS } from './records.ts';

async function place(): Promise<{ folder: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-history-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder, file: join(folder, 'moods.ndjson') };
}

function openWriter(file: string, more: Partial<HistoryOptions> = {}) {
  const faults: string[] = [];
  const lost: number[] = [];
  const options = { file, maxSizeBytes: 1e6, maxAgeMs: 86_400_000, keep: 3, ...more };
  const writer = new HistoryWriter(options, {
    onFault: (reason) => faults.push(reason),
    onRecovered: (count) => lost.push(count),
  });
  return { writer, faults, lost };
}

async function writeAll(file: string, records: readonly HistoryRecord[], more: Partial<HistoryOptions> = {}) {
  const { writer, faults } = openWriter(file, more);
  for (const record of records) writer.write(record);
  await writer.close();
  expect(faults).toEqual([]);
}

async function readAll(file: string) {
  const broken: BrokenLine[] = [];
  const times: number[] = [];
  for await (const { atMs } of readHistory(file, (line) => broken.push(line))) times.push(atMs - START_MS);
  return { times, broken };
}

const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => (from + i) * 1000);

describe('a history on disk', () => {
  it('brings back what was written, over several runs', async () => {
    const { file } = await place();
    await writeAll(file, [moodRecord(0), moodRecord(1000)]);
    await writeAll(file, [moodRecord(2000)]);
    const records: HistoryRecord[] = [];
    for await (const record of readHistory(file)) records.push(record);
    expect(records.map(({ atMs }) => atMs - START_MS)).toEqual([0, 1000, 2000]);
    expect(formatRecord(records[0]!)).toBe(formatRecord(moodRecord(0)));
  });

  it('is for its owner alone', async () => {
    const { file } = await place();
    await writeFile(file, '', { mode: 0o644 });
    await writeAll(file, [moodRecord(0)]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is rotated by size, and nothing of it is lost but what is no longer kept', async () => {
    const { folder, file } = await place();
    const three = 3 * (formatRecord(moodRecord(0)).length + 1);
    await writeAll(
      file,
      seconds(0, 20).map((ms) => moodRecord(ms)),
      { maxSizeBytes: three, keep: 4 },
    );
    const names = await readdir(folder);
    expect(names).toHaveLength(5);
    for (const name of names) expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(three);
    expect(await readAll(file)).toEqual({ times: seconds(6, 20), broken: [] });
  });

  it('is rotated by age, also when the file began in an earlier run', async () => {
    const { folder, file } = await place();
    const day = { maxAgeMs: 60_000 };
    await writeAll(file, [moodRecord(0), moodRecord(59_000)], day);
    await writeAll(file, [moodRecord(61_000), moodRecord(62_000)], day);
    expect((await readdir(folder)).sort()).toEqual(['moods.ndjson', 'moods.ndjson.20261124T060101000Z']);
    expect((await readAll(file)).times).toEqual([0, 59_000, 61_000, 62_000]);
  });

  it('loses only the last line to a kill at any byte, and goes on after it', async () => {
    const { file } = await place();
    await writeAll(file, [moodRecord(0), moodRecord(1000)]);
    const whole = await readFile(file);
    const secondFrom = whole.indexOf('\n') + 1;
    for (let bytes = secondFrom; bytes < whole.length; bytes += 23) {
      await writeFile(file, whole.subarray(0, bytes));
      expect(await readAll(file)).toEqual({ times: [0], broken: [] });
      await writeAll(file, [moodRecord(2000)]);
      const { times, broken } = await readAll(file);
      expect(times).toEqual([0, 2000]);
      expect(broken.length).toBe(bytes === secondFrom ? 0 : 1);
    }
  });

  it('tells of a broken line with its place, and reads on', async () => {
    const { file } = await place();
    await writeFile(file, `${formatRecord(moodRecord(0))}\nnonsense\n${formatRecord(moodRecord(1000))}\n`);
    expect(await readAll(file)).toEqual({
      times: [0, 1000],
      broken: [{ file, line: 2, reason: 'not JSON' }],
    });
  });

  it('can be read while it is rotated away', async () => {
    const { file } = await place();
    await writeAll(file, [moodRecord(0), moodRecord(1000)]);
    const reader = readHistory(file);
    await reader.next();
    await writeAll(file, [moodRecord(2000)], { maxSizeBytes: 500 });
    const rest: number[] = [];
    for await (const { atMs } of reader) rest.push(atMs - START_MS);
    expect(rest).toEqual([1000]);
  });

  it('is refused when it is not there, or endless', async () => {
    const { file } = await place();
    await expect(readAll(file)).rejects.toThrow(`${file}: there is no such history`);
    await writeFile(file, 'x'.repeat(1_100_000));
    await expect(readAll(file)).rejects.toThrow('a line without end');
  });

  it('tells once of a disk that cannot be written, counts what is lost, and goes on when it can', async () => {
    const { folder } = await place();
    const file = join(folder, 'no', 'moods.ndjson');
    await writeFile(join(folder, 'no'), 'in the way');
    const { writer, faults, lost } = openWriter(file);
    for (let i = 0; i < 3; i++) {
      writer.write(moodRecord(i));
      await writer.close();
    }
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(join(folder, 'no'));
    await rm(join(folder, 'no'));
    writer.write(moodRecord(1000));
    await writer.close();
    expect(lost).toEqual([3]);
    expect((await readAll(file)).times).toEqual([1000]);
  });

  it('holds no more in memory than it must when records come faster than the disk', async () => {
    const { file } = await place();
    const { writer, lost } = openWriter(file);
    // All in one turn of the event loop: nothing can be written in between. One batch is on its way already.
    for (let i = 0; i < 12_000; i++) writer.write(moodRecord(i));
    await writer.close();
    const { times } = await readAll(file);
    expect(times.length + lost.reduce((a, b) => a + b, 0)).toBe(12_000);
    expect(times).toHaveLength(10_001);
  });

  it('reads a stretch of it as if all else were left out, over rotated files', async () => {
    const { file } = await place();
    const times = seconds(0, 1500);
    await writeAll(
      file,
      times.map((ms) => moodRecord(ms)),
      { maxSizeBytes: 150_000, keep: 9 },
    );
    expect((await readdir(join(file, '..'))).length).toBeGreaterThan(2);
    for (const [from, to] of [
      [0, 1500],
      [-50, 20],
      [650, 700],
      [300, 1200],
      [1490, 1600],
      [2000, 3000],
    ] as const) {
      const read: number[] = [];
      const stretch = { fromMs: START_MS + from * 1000, untilMs: START_MS + to * 1000 };
      for await (const { atMs } of readHistory(file, undefined, stretch)) read.push(atMs - START_MS);
      expect(read).toEqual(times.filter((ms) => ms >= from * 1000 && ms <= to * 1000));
    }
  });

  it('finds where a time begins without reading what lies before', async () => {
    const { file } = await place();
    await writeAll(
      file,
      seconds(0, 2000).map((ms) => moodRecord(ms)),
      { maxSizeBytes: 1e7 },
    );
    const handle = await open(file);
    onTestFinished(() => handle.close());
    const { size } = await handle.stat();
    const text = await readFile(file, 'utf8');
    const at = await seekTime(handle, size, START_MS + 1_800_000);
    expect(at).toBeGreaterThan(size * 0.8);
    expect(at).toBeLessThanOrEqual(text.indexOf('{"at":"2026-11-24T06:30:00'));
    expect(text[at - 1]).toBe('\n');
    await writeFile(file, 'not ours\n'.repeat(50_000));
    expect(await seekTime(handle, 450_000, START_MS)).toBe(0);
  });
});
