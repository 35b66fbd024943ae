import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKOFF, reconnectDelayMs } from '../../src/publish/reconnect-delay.ts';

test.each([
  [1, 500],
  [2, 1000],
  [3, 2000],
  [7, 30_000],
  [5000, 30_000],
])('after %i failures at most %i ms', (failures, ceilingMs) => {
  expect(reconnectDelayMs(failures, BACKOFF, 1)).toBe(ceilingMs);
  expect(reconnectDelayMs(failures, BACKOFF, 0)).toBe(ceilingMs / 2);
});

test('never longer than the longest, never none, and longer or equal after more failures', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const delayMs = reconnectDelayMs(failures, BACKOFF, random);
      expect(delayMs).toBeGreaterThanOrEqual(BACKOFF.firstMs / 2);
      expect(delayMs).toBeLessThanOrEqual(BACKOFF.maxMs);
      expect(reconnectDelayMs(failures + 1, BACKOFF, random)).toBeGreaterThanOrEqual(delayMs);
    }),
  );
});
