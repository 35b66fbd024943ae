import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binHistory, type TimelineOptions } from '../../src/history/bin-history.ts';
import type { HistoryRecord } from '../../src/history/history-record.ts';
import { moodRecord, START_MS } from './records.ts';

const OPTIONS: TimelineOptions = {
  fromMs: START_MS,
  toMs: START_MS + 60_000,
  binMs: 20_000,
  camera: 'living',
  room: 'Living room',
};

const nobody = { mood: null, faces: 0, valence: 0, arousal: 0 } as const;

describe('binHistory', () => {
  it('shares each mood out over the bins in which it held', () => {
    const records = [moodRecord(12_000), moodRecord(22_000, { mood: 'sad', faces: 2 }), moodRecord(30_000, nobody)];
    const bins = binHistory(records, OPTIONS);
    expect(bins.map(({ fromMs }) => fromMs - START_MS)).toEqual([0, 20_000, 40_000]);
    expect(bins.map(({ heldMs: { happy, sad, nobody: none } }) => [happy, sad, none])).toEqual([
      [8000, 0, 0],
      [2000, 8000, 10_000],
      [0, 0, 5000],
    ]);
    expect(bins.map(({ people }) => people)).toEqual([1, 2, 0]);
  });

  it('leaves a gap where a mood was not renewed before it went stale', () => {
    const [first, second, third] = binHistory([moodRecord(0), moodRecord(50_000)], OPTIONS);
    expect([first!.heldMs.happy, second!.heldMs.happy, third!.heldMs.happy]).toEqual([15_000, 0, 10_000]);
  });

  it('takes the mean of valence and arousal over the time that somebody was there', () => {
    const records = [moodRecord(0, { valence: 0.5, arousal: 0.2 }), moodRecord(5000, { valence: -0.5, arousal: 0.2 })];
    const [first] = binHistory([...records, moodRecord(10_000, nobody)], OPTIONS);
    expect(first!.valence).toBeCloseTo(0, 9);
    expect(first!.arousal).toBeCloseTo(0.2, 9);
  });

  it('tells a camera, its room and the home apart, and has every rule that fired', () => {
    const { atMs, update } = moodRecord(1000) as Extract<HistoryRecord, { type: 'mood' }>;
    const of = (camera: string | null, room: string | null, faces: number): HistoryRecord => ({
      type: 'mood',
      atMs,
      update: { camera, room, mood: { ...update.mood, faces } },
    });
    const fired: HistoryRecord = { type: 'rule', atMs: atMs + 1, rule: 'lamp', outcome: 'fired', reason: 'happy' };
    const records = [of('living', 'Living room', 1), of(null, 'Living room', 2), of(null, null, 3), fired];
    const people = (camera: string | null, room: string | null) =>
      binHistory(records, { ...OPTIONS, camera, room })[0]!.people;
    expect([people('living', null), people(null, 'Living room'), people(null, null)]).toEqual([1, 2, 3]);
    expect(binHistory(records, OPTIONS)[0]!.fired).toEqual([fired]);
  });

  it('has no bins of no time', () => {
    expect(binHistory([moodRecord(0)], { ...OPTIONS, toMs: START_MS })).toEqual([]);
  });

  it('never holds moods for longer than a bin, whatever the times', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50_000 }), (gaps, binMs) => {
        let afterMs = -10_000;
        const records = gaps.map((ms) => moodRecord((afterMs += ms)));
        for (const { heldMs } of binHistory(records, { ...OPTIONS, binMs })) {
          const held = Object.values(heldMs).reduce((a, b) => a + b, 0);
          expect(held).toBeLessThanOrEqual(binMs + 1e-6);
        }
      }),
      { numRuns: 50 },
    );
  });
});
