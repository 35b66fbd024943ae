import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIP_MS, expressionAt, poseAt, SHOTS } from '../../../src/training/demo/timeline.ts';
import { EMOTIONS } from '../../../src/vision/emotion.ts';

const time = fc.integer({ min: 0, max: CLIP_MS - 1 });

describe('the timeline', () => {
  it('shows every emotion and then an empty room, one after the other', () => {
    expect(new Set(SHOTS.map(({ emotion }) => emotion))).toEqual(new Set([...EMOTIONS, null]));
    SHOTS.forEach(({ fromMs, toMs }, i) => {
      expect(fromMs).toBeGreaterThan(SHOTS[i - 1]?.toMs ?? 0);
      expect(toMs - fromMs).toBeGreaterThanOrEqual(3000);
    });
  });

  it('shows exactly what its truth says, and always a whole face', () => {
    fc.assert(
      fc.property(time, (atMs) => {
        const shares = expressionAt(atMs);
        expect([...shares.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        const shot = SHOTS.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
        if (shot?.emotion) expect(shares.get(shot.emotion)).toBe(1);
        expect(poseAt(atMs) === undefined).toBe(shot?.emotion === null);
      }),
    );
  });

  it('moves without a jump', () => {
    fc.assert(
      fc.property(time, (atMs) => {
        const before = poseAt(atMs);
        const after = poseAt(atMs + 1);
        if (before === undefined || after === undefined) return;
        expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(1);
        expect(Math.abs(after.scale - before.scale)).toBeLessThan(0.001);
      }),
    );
  });
});
