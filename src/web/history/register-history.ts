import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { HistoryRecord } from '../../history/history-record.ts';
import type { Stretch } from '../../history/read-history.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { readInput } from '../read-input.ts';
import { collectTimeline } from './collect-timeline.ts';
import type { HistoryAnswer } from './history-answer.ts';
import { CSV_HEAD, csvRow } from './history-csv.ts';

export interface HistoryDeps {
  /** The history's records of a stretch, the oldest first; undefined when none is written. */
  readonly readHistory: ((stretch: Stretch) => AsyncIterable<HistoryRecord>) | undefined;
  /** A mood that began before a stretch may reach into it for so long. */
  readonly validForMs: number;
}

const DAY_MS = 86_400_000;

const time = z.iso
  .datetime({ offset: true, error: 'expected a time such as 2026-01-31T18:00:00Z' })
  .transform(Date.parse);
const stretch = z.object({ from: time, to: time }).refine(({ from, to }) => from < to && to - from <= 400 * DAY_MS, {
  error: '`from` must lie before `to`, and at most 400 days',
});
const binned = stretch.and(
  z.object({
    bins: z.coerce.number({ error: 'expected a number of bins' }).int().min(1).max(2000).default(300),
  }),
);

/** `GET /api/history?from&to&bins` for drawing, and `GET /api/history.csv?from&to` for spreadsheets. */
export function registerHistory(app: FastifyInstance, { readHistory, validForMs }: HistoryDeps): void {
  const reading = new OneAtATime();
  app.get('/api/history', async (request): Promise<HistoryAnswer> => {
    const { from: fromMs, to: toMs, bins } = readInput(binned, request.query);
    if (!readHistory) {
      return { enabled: false, fromMs, toMs, binMs: toMs - fromMs, places: [], fired: [], firedCount: 0 };
    }
    const records = readHistory({ fromMs: fromMs - validForMs, untilMs: toMs });
    return reading.run(() => collectTimeline(records, { fromMs, toMs, bins }));
  });
  app.get('/api/history.csv', (request, reply) => {
    const { from: fromMs, to: untilMs } = readInput(stretch, request.query);
    if (!readHistory) return reply.code(404).send({ error: 'no history is written; set history.enabled' });
    const day = new Date(fromMs).toISOString().slice(0, 10);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="moods-${day}.csv"`)
      .send(Readable.from(csvOf(readHistory({ fromMs, untilMs }))));
  });
}

async function* csvOf(records: AsyncIterable<HistoryRecord>): AsyncGenerator<string> {
  yield CSV_HEAD;
  for await (const record of records) yield csvRow(record);
}
