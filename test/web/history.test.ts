import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HistoryRecord } from '../../src/history/history-record.ts';
import { HistoryWriter } from '../../src/history/history-writer.ts';
import { readHistory } from '../../src/history/read-history.ts';
import { createApp } from '../../src/web/create-app.ts';
import { collectTimeline } from '../../src/web/history/collect-timeline.ts';
import type { HistoryAnswer } from '../../src/web/history/history-answer.ts';
import { csvRow } from '../../src/web/history/history-csv.ts';
import { fakeHome } from '../fakes/fake-home.ts';
import { moodRecord, START_MS } from '../history/records.ts';

const minute = (at: number) => new Date(START_MS + at * 60_000).toISOString();

function moodOf(camera: string | null, room: string | null, afterMs: number): HistoryRecord {
  const record = moodRecord(afterMs);
  return record.type === 'mood' ? { ...record, update: { ...record.update, camera, room } } : record;
}

function fired(afterMs: number, rule = 'lamp', outcome: 'fired' | 'dry_run' = 'fired'): HistoryRecord {
  return { type: 'rule', atMs: START_MS + afterMs, rule, outcome, reason: 'the home: happy (0.83), "so" said' };
}

async function* stream(records: readonly HistoryRecord[]): AsyncGenerator<HistoryRecord> {
  await Promise.resolve();
  yield* records;
}

/** The routes over a real file. */
async function appOver(records: readonly HistoryRecord[]) {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'moods.ndjson');
  const told = { onFault: (reason: string) => expect.unreachable(reason), onRecovered: () => undefined };
  const writer = new HistoryWriter({ file, maxSizeBytes: 1e6, maxAgeMs: 1e9, keep: 3 }, told);
  for (const record of records) writer.write(record);
  await writer.close();
  return createApp({
    ...fakeHome().deps,
    history: { readHistory: (stretch) => readHistory(file, undefined, stretch), validForMs: 15_000 },
  });
}

describe('the timeline', () => {
  it('has the home first, then rooms, then cameras, and null where nothing is known', async () => {
    const records = [
      moodOf('sofa', 'Living room', 0),
      moodOf(null, 'Living room', 1),
      moodOf(null, null, 2),
      moodOf('door', null, 3),
      fired(5000),
    ];
    const request = { fromMs: START_MS, toMs: START_MS + 60_000, bins: 3 };
    const { places, fired: told, binMs } = await collectTimeline(stream(records), request);
    expect(binMs).toBe(20_000);
    expect(places.map(({ camera, room }) => [camera, room])).toEqual([
      [null, null],
      [null, 'Living room'],
      ['door', null],
      ['sofa', 'Living room'],
    ]);
    expect(places[3]!.bins).toEqual([{ held: { happy: 15_000 }, valence: 0.81, arousal: 0.51, people: 1 }, null, null]);
    expect(told).toEqual([
      { atMs: START_MS + 5000, rule: 'lamp', outcome: 'fired', reason: expect.any(String) as unknown },
    ]);
  });

  it('tells the newest of very many firings, and how many there were', async () => {
    const records = Array.from({ length: 700 }, (_, i) => fired(i));
    const answer = await collectTimeline(stream(records), { fromMs: START_MS, toMs: START_MS + 699, bins: 1 });
    expect([answer.fired.length, answer.firedCount]).toEqual([500, 700]);
    expect(answer.fired.at(-1)!.atMs).toBe(START_MS + 699);
  });
});

describe('GET /api/history', () => {
  it('brings the moods that reach into the stretch, and the rules that fired in it', async () => {
    const app = await appOver([moodRecord(0), moodRecord(55_000), fired(50_000), fired(70_000), moodRecord(200_000)]);
    const { statusCode, json } = await app.inject(`/api/history?from=${minute(1)}&to=${minute(2)}&bins=60`);
    expect(statusCode).toBe(200);
    const answer = json<HistoryAnswer>();
    expect(answer).toMatchObject({ enabled: true, binMs: 1000, firedCount: 1 });
    expect(answer.places).toHaveLength(1);
    // Valid for 15 s from second 55 on: ten of them lie in the stretch.
    expect(answer.places[0]!.bins.filter((bin) => bin !== null)).toHaveLength(10);
  });

  it('says that there is none when none is written', async () => {
    const app = createApp({ ...fakeHome().deps, history: { readHistory: undefined, validForMs: 15_000 } });
    const stretch = `from=${minute(0)}&to=${minute(1)}`;
    expect((await app.inject(`/api/history?${stretch}`)).json()).toMatchObject({ enabled: false, places: [] });
    expect((await app.inject(`/api/history.csv?${stretch}`)).statusCode).toBe(404);
  });

  it.each([
    ['nothing', ''],
    ['no time', `from=yesterday&to=${minute(0)}`],
    ['a stretch that ends before it begins', `from=${minute(1)}&to=${minute(0)}`],
    ['an endless stretch', `from=1900-01-01T00:00:00Z&to=${minute(0)}`],
    ['too many bins', `from=${minute(0)}&to=${minute(1)}&bins=1e9`],
    ['no bins', `from=${minute(0)}&to=${minute(1)}&bins=0`],
    ['two times', `from=${minute(0)}&from=${minute(0)}&to=${minute(1)}`],
  ])('refuses %s', async (_, query) => {
    const app = await appOver([moodRecord(0)]);
    const { statusCode, json } = await app.inject(`/api/history?${query}`);
    expect(statusCode).toBe(400);
    expect(json()).toEqual({ error: expect.any(String) as unknown });
  });
});

describe('GET /api/history.csv', () => {
  it('is a file with a row a record', async () => {
    const app = await appOver([moodRecord(0), fired(1000), moodRecord(999_000)]);
    const { body, headers } = await app.inject(`/api/history.csv?from=${minute(0)}&to=${minute(1)}`);
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="moods-2026-11-24.csv"',
    });
    expect(body.split('\r\n')).toEqual([
      'time,camera,room,mood,confidence,valence,arousal,people,rule,outcome,reason',
      '2026-11-24T06:00:00.000Z,living,Living room,happy,1,0.81,0.51,1,,,',
      '2026-11-24T06:00:01.000Z,,,,,,,,lamp,fired,"the home: happy (0.83), ""so"" said"',
      '',
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@x'])('keeps a spreadsheet from computing %s', (room) => {
    expect(csvRow(moodOf(null, room, 0)).split(',')[2]).toBe(`'${room}`);
  });
});
