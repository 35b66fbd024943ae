import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceWeight } from '../../src/mood/face-weight.ts';
import type { Box } from '../../src/vision/face.ts';

const FRAME = { width: 640, height: 480 };

/** A face of 75 by 100 px in the middle, changed. */
function weightOf(change: Partial<Box>, sharpness = 1): number {
  return faceWeight({ box: { x: 280, y: 190, width: 75, height: 100, ...change }, sharpness }, FRAME);
}

describe('faceWeight', () => {
  it.each([
    ['a large face in the middle', {}, 1],
    ['a face of 21 px', { width: 18, height: 24 }, 0.85],
    ['a face of 11 px', { width: 9.5, height: 12.5 }, 0.5],
    ['a third beyond the left border', { x: -22.5 }, 0.9],
    ['half of it beyond the right one', { x: 602.5 }, 0.55],
    ['its brow beyond the upper border', { y: -30 }, 0.7],
    ['its mouth beyond the lower one', { y: 410 }, 0.55],
    ['all of it beyond', { x: -75 }, 0],
    ['a box half as wide as faces are', { width: 37.5 }, 0.55],
    ['no box at all', { width: 0 }, 0],
  ])('%s', (_, change, weight) => {
    expect(weightOf(change)).toBeCloseTo(weight, 2);
  });

  it.each([
    ['as sharp as faces of photographs', 0.5, 1],
    ['a little soft', 2 ** -4.5, 0.8],
    ['blurred', 2 ** -6.25, 0.4],
    ['hardly a face any more', 2 ** -9, 0.15],
    ['an even patch', 0, 0.15],
  ])('%s', (_, sharpness, weight) => {
    expect(weightOf({}, sharpness)).toBeCloseTo(weight, 6);
  });

  it('does not count twice that a small face is blurred by being enlarged', () => {
    const small = { width: 18, height: 24 };
    expect(weightOf(small, 2 ** -3.75)).toBeCloseTo(0.85, 6);
    expect(weightOf(small, 2 ** -7)).toBeCloseTo(0.25, 6);
  });

  it('lies between 0 and 1 and never grows as a face shrinks or leaves the frame', () => {
    const px = fc.double({ min: 1, max: 400, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(px, px, share, share, share, (width, height, cut, more, sharp) => {
        const near = weightOf({ x: -cut * width, y: 10, width, height }, sharp);
        const further = weightOf({ x: -(cut + more) * width, y: 10, width, height }, sharp);
        const smaller = weightOf({ x: -cut * width * 0.8, y: 10, width: 0.8 * width, height: 0.8 * height }, sharp);
        const softer = weightOf({ x: -cut * width, y: 10, width, height }, sharp / 2);
        expect(softer).toBeLessThanOrEqual(near + 1e-12);
        for (const weight of [near, further, smaller, softer]) expect(weight >= 0 && weight <= 1).toBe(true);
        expect(further).toBeLessThanOrEqual(near + 1e-12);
        if (10 + height <= FRAME.height) expect(smaller).toBeLessThanOrEqual(near + 1e-12);
      }),
    );
  });
});
