import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';

describe('parseDuration', () => {
  it.each<[string | number, number]>([
    [30, 30_000],
    [0.5, 500],
    [0, 0],
    ['30', 30_000],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5 s', 1500],
    ['5m', 300_000],
    ['5min', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1h30m', 5_400_000],
    ['1h 30m 5s', 5_405_000],
    ['00:00:30', 30_000],
    ['1:02:03', 3_723_000],
    ['00:00:00.250', 250],
  ])('reads %j as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'fast', '-1', '1:30', '00:60:00', '00:00:60', '5 weeks', '1h30', '10S', '1e3', 'ms', Infinity, NaN, -1])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('reads back every duration that was formatted', () => {
    fc.assert(
      fc.property(fc.nat(200_000_000), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
