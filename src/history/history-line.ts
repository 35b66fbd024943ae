import * as z from 'zod';
import { moodPayload } from '../publish/payload.ts';
import { EMOTIONS } from '../vision/emotion.ts';
import type { HistoryRecord } from './history-record.ts';

/** One record as a line of JSON, without its line end; a mood is written as it is published. */
export function formatRecord(record: HistoryRecord): string {
  const at = new Date(record.atMs).toISOString();
  if (record.type === 'rule') {
    const { rule, outcome, reason } = record;
    return JSON.stringify({ at, rule, outcome, reason });
  }
  const { camera, room, mood } = record.update;
  return `${JSON.stringify({ at, camera, room }).slice(0, -1)},"mood":${moodPayload(mood)}}`;
}

/** A record from its line, or in words why it is none. Keys that we do not know are left aside: a newer one wrote them. */
export function parseRecord(line: string): HistoryRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  const parsed = lineSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'line'}: ${message}`).join('; ');
}

const time = z.iso.datetime({ error: 'expected a time in UTC' }).transform((text) => Date.parse(text));
const number = z.number({ error: 'expected a number' });
const name = z.string().nullable();

const moodSchema = z
  .object({
    mood: z.enum([...EMOTIONS, 'uncertain']).nullable(),
    confidence: number,
    valence: number,
    arousal: number,
    faces: number,
    scores: z.record(z.enum(EMOTIONS), number),
    since: time,
    at: time,
    valid_until: time,
  })
  .transform(({ since, at, valid_until, ...mood }) => ({
    ...mood,
    sinceMs: since,
    atMs: at,
    validUntilMs: valid_until,
  }));

const lineSchema = z.union(
  [
    z
      .object({ at: time, camera: name, room: name, mood: moodSchema })
      .transform(({ at, ...update }) => ({ type: 'mood' as const, atMs: at, update })),
    z
      .object({ at: time, rule: z.string(), outcome: z.enum(['fired', 'dry_run']), reason: z.string() })
      .transform(({ at, ...fired }) => ({ type: 'rule' as const, atMs: at, ...fired })),
  ],
  { error: 'neither a mood nor a rule that fired' },
);
