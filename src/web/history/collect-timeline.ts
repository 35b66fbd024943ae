import { Timeline, type TimelineBin } from '../../history/bin-history.ts';
import type { HistoryRecord } from '../../history/history-record.ts';
import type { BinAnswer, FiringAnswer, HistoryAnswer } from './history-answer.ts';

/** Of more firings the newest are told. */
const MOST_FIRINGS = 500;

export interface TimelineRequest {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bins: number;
}

/** A history as the page draws it: bins of every place that it knows, and the rules that fired. Holds no records. */
export async function collectTimeline(
  records: AsyncIterable<HistoryRecord>,
  { fromMs, toMs, bins }: TimelineRequest,
): Promise<HistoryAnswer> {
  const binMs = Math.max(1, Math.ceil((toMs - fromMs) / bins));
  const places = new Map<string, { camera: string | null; room: string | null; timeline: Timeline }>();
  const fired: FiringAnswer[] = [];
  let firedCount = 0;
  for await (const record of records) {
    if (record.type === 'rule') {
      const { atMs, rule, outcome, reason } = record;
      if (atMs < fromMs || atMs > toMs) continue;
      firedCount++;
      fired.push({ atMs, rule, outcome, reason });
      if (fired.length > MOST_FIRINGS) fired.shift();
      continue;
    }
    const { camera, room } = record.update;
    const key = JSON.stringify(camera === null ? [null, room] : [camera]);
    let place = places.get(key);
    if (!place) {
      place = { camera, room, timeline: new Timeline({ fromMs, toMs, binMs, camera, room }) };
      places.set(key, place);
    }
    place.timeline.see(record);
  }
  const told = [...places.values()].map(({ camera, room, timeline }) => ({
    camera,
    room,
    bins: timeline.end().map(toAnswer),
  }));
  const rank = ({ camera, room }: { camera: string | null; room: string | null }): string =>
    camera === null ? `${room === null ? 0 : 1} ${room ?? ''}` : `2 ${camera}`;
  told.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return { enabled: true, fromMs, toMs, binMs, places: told, fired, firedCount };
}

function toAnswer({ heldMs, valence, arousal, people }: TimelineBin): BinAnswer | null {
  const held = Object.fromEntries(Object.entries(heldMs).filter(([, ms]) => ms > 0));
  if (Object.keys(held).length === 0) return null;
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  return { held, valence: rounded(valence), arousal: rounded(arousal), people };
}
