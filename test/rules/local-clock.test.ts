import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalClock } from '../../src/rules/local-clock.ts';
import type { Moment } from '../../src/rules/rule.ts';

const BERLIN = new LocalClock('Europe/Berlin', { latitude: 52.52, longitude: 13.4 });
const at = (hours: number, minutes = 0): Moment => ({ secondOfDay: hours * 3600 + minutes * 60 });
const SUNSET: Moment = { sun: 'sunset', offsetMs: 0 };

/** What is next after a time, as ISO 8601. */
function next(moments: Moment[], after: string, clock = BERLIN, weekdays?: Parameters<LocalClock['next']>[1]) {
  const ms = clock.next(moments, weekdays, Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

describe('the next time of day', () => {
  it.each<[string, Moment[], string, string]>([
    ['is today', [at(22)], '2026-03-02T12:00:00Z', '2026-03-02T21:00:00.000Z'],
    ['is tomorrow, at that very time', [at(22)], '2026-03-02T21:00:00Z', '2026-03-03T21:00:00.000Z'],
    ['is the first of several', [at(22), at(7)], '2026-03-02T22:00:00Z', '2026-03-03T06:00:00.000Z'],
    ['goes with summer time', [at(22)], '2026-03-29T12:00:00Z', '2026-03-29T20:00:00.000Z'],
    ['is later by the hour that is left out', [at(2, 30)], '2026-03-29T00:00:00Z', '2026-03-29T01:30:00.000Z'],
    ['is the first of two in autumn', [at(2, 30)], '2026-10-24T22:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['is not the second of them too', [at(2, 30)], '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
    ['over the end of a year', [at(0)], '2026-12-31T12:00:00Z', '2026-12-31T23:00:00.000Z'],
  ])('%s', (_, moments, after, expected) => {
    expect(next(moments, after)).toBe(expected);
  });

  it('keeps to weekdays', () => {
    expect(next([at(8)], '2026-03-06T12:00:00Z', BERLIN, ['mon'])).toBe('2026-03-09T07:00:00.000Z'); // a Friday before
    expect(next([at(8)], '2026-03-09T06:00:00Z', BERLIN, ['mon'])).toBe('2026-03-09T07:00:00.000Z');
  });

  it('is the sun’s, with its offset, over midnight too', () => {
    expect(next([SUNSET], '2026-06-21T12:00:00Z')).toMatch(/^2026-06-21T19:3[23]/);
    expect(next([{ sun: 'sunset', offsetMs: -3_600_000 }], '2026-06-21T12:00:00Z')).toMatch(/^2026-06-21T18:3[23]/);
    expect(next([{ sun: 'sunset', offsetMs: 3 * 3_600_000 }], '2026-06-21T22:00:00Z')).toMatch(/^2026-06-21T22:3[23]/);
    const auckland = new LocalClock('Pacific/Auckland', { latitude: -36.85, longitude: 174.76 });
    expect(next([{ sun: 'sunrise', offsetMs: 0 }], '2026-06-20T12:00:00Z', auckland)).toMatch(/^2026-06-20T19:3/);
  });

  it('waits for the sun through a polar summer, and is none where nobody knows the place', () => {
    const longyearbyen = new LocalClock('Arctic/Longyearbyen', { latitude: 78.22, longitude: 15.65 });
    expect(next([SUNSET], '2026-06-21T12:00:00Z', longyearbyen)).toMatch(/^2026-08-2/);
    expect(next([SUNSET], '2026-06-21T12:00:00Z', new LocalClock('UTC'))).toBeUndefined();
  });

  it('comes after the time asked for, and none is left out', () => {
    const day = 86_400_000;
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
        fc.nat(86_399),
        fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'),
        (afterMs, secondOfDay, zone) => {
          const found = new LocalClock(zone).next([{ secondOfDay }], undefined, afterMs)!;
          expect(found).toBeGreaterThan(afterMs);
          expect(found - afterMs).toBeLessThanOrEqual(day + 2 * 3_600_000);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('every so often', () => {
  const every = (everyMs: number, after: string) =>
    new Date(BERLIN.nextEvery(everyMs, undefined, Date.parse(after))!).toISOString();

  it('counts from local midnight', () => {
    expect(every(3_600_000, '2026-03-02T12:10:00Z')).toBe('2026-03-02T13:00:00.000Z');
    expect(every(900_000, '2026-03-02T12:15:00Z')).toBe('2026-03-02T12:30:00.000Z');
    expect(every(7 * 3_600_000, '2026-03-02T21:00:00Z')).toBe('2026-03-02T23:00:00.000Z'); // midnight, and not 04:00
  });

  it('comes as often as there are hours on the days when the clocks change', () => {
    const count = (from: string, to: string) => {
      let times = 0;
      for (let ms = Date.parse(from) - 1; ; times++) {
        ms = BERLIN.nextEvery(3_600_000, undefined, ms)!;
        if (ms >= Date.parse(to)) return times;
      }
    };
    expect(count('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')).toBe(23);
    expect(count('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')).toBe(25);
  });
});
