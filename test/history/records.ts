import type { Mood } from '../../src/mood/mood.ts';
import type { HistoryRecord } from '../../src/history/history-record.ts';
import { valenceAndArousal } from '../../src/mood/valence-arousal.ts';
import { scoresOf } from '../mood/observations.ts';

/** 2026-11-24T06:00:00Z. */
export const START_MS = Date.UTC(2026, 10, 24, 6);

/** A mood of the living room's camera, so many ms after `START_MS`. */
export function moodRecord(afterMs: number, more: Partial<Mood> = {}): HistoryRecord {
  const atMs = START_MS + afterMs;
  const scores = scoresOf('happy', 1);
  const mood: Mood = {
    mood: 'happy',
    confidence: 1,
    ...valenceAndArousal(scores),
    faces: 1,
    scores,
    sinceMs: atMs,
    atMs,
    validUntilMs: atMs + 15_000,
    ...more,
  };
  return { type: 'mood', atMs, update: { camera: 'living', room: 'Living room', mood } };
}
