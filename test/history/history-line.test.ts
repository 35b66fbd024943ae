import { describe, expect, it } from 'vitest';
import { formatRecord, parseRecord } from '../../src/history/history-line.ts';
import type { HistoryRecord } from '../../src/history/history-record.ts';
import { moodPayload } from '../../src/publish/payload.ts';
import { moodRecord, START_MS } from './records.ts';

const RULE: HistoryRecord = { type: 'rule', atMs: START_MS, rule: 'lamp', outcome: 'fired', reason: 'happy "now"' };

describe('a line of the history', () => {
  it('holds a mood as it is published', () => {
    const record = moodRecord(0);
    if (record.type !== 'mood') throw new Error('no mood');
    expect(JSON.parse(formatRecord(record))).toEqual({
      at: '2026-11-24T06:00:00.000Z',
      camera: 'living',
      room: 'Living room',
      mood: JSON.parse(moodPayload(record.update.mood)) as unknown,
    });
  });

  it('holds a rule that fired', () => {
    expect(formatRecord(RULE)).toBe(
      '{"at":"2026-11-24T06:00:00.000Z","rule":"lamp","outcome":"fired","reason":"happy \\"now\\""}',
    );
  });

  it.each([
    ['a mood', moodRecord(0)],
    ['nobody', moodRecord(0, { mood: null, confidence: 0, valence: 0, arousal: 0, faces: 0 })],
    ['a rule', RULE],
  ])('brings back %s', (_, record) => {
    expect(parseRecord(formatRecord(record))).toEqual(record);
  });

  it('is read although a newer version wrote more into it', () => {
    expect(parseRecord(formatRecord(RULE).replace('{', '{"weather":"fine",'))).toEqual(RULE);
  });

  it.each([
    ['{"at":"2026-11-24T06:00:00.000Z","cam', 'not JSON'],
    ['{"temperature":21}', 'neither a mood nor a rule'],
    ['"text"', 'neither a mood nor a rule'],
    [formatRecord(RULE).replace('fired', 'slept'), 'neither a mood nor a rule'],
    [formatRecord(moodRecord(0)).replace('"happy"', '"bored"'), 'neither a mood nor a rule'],
  ])('says why it cannot be read: %s', (line, reason) => {
    expect(parseRecord(line)).toContain(reason);
  });
});
