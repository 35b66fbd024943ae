import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GreyPicture, normalise, place, UNMOVED } from '../../../src/training/demo/grey-picture.ts';
import { align, average } from '../../../src/training/demo/mean-face.ts';

const SIDE = 48;

/** Two eyes and a mouth, smooth enough to be moved by parts of a pixel. */
function drawnFace(): GreyPicture {
  const blobs = [
    [16, 20, 3],
    [32, 20, 3],
    [24, 34, 5],
  ] as const;
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const x = i % SIDE;
    const y = Math.floor(i / SIDE);
    return blobs.reduce((sum, [bx, by, r]) => sum - Math.exp(-((x - bx) ** 2 + (y - by) ** 2) / (2 * r * r)), 0);
  });
  return { side: SIDE, values };
}

describe('normalise', () => {
  it('gives mean 0 and deviation 1, whatever the contrast was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (pixels) => {
        const picture = normalise(pixels, 8);
        if (picture === undefined) return;
        const mean = picture.values.reduce((a, b) => a + b, 0) / 64;
        const variance = picture.values.reduce((a, b) => a + (b - mean) ** 2, 0) / 64;
        expect(mean).toBeCloseTo(0, 4);
        expect(variance).toBeCloseTo(1, 4);
      }),
    );
  });

  it('has nothing to say about a picture that is all alike', () => {
    expect(normalise(new Uint8Array(64).fill(90), 8)).toBeUndefined();
  });
});

describe('place', () => {
  it('leaves an unmoved picture as it is', () => {
    const face = drawnFace();
    place(face, UNMOVED, SIDE).values.forEach((value, i) => {
      expect(value).toBeCloseTo(face.values[i]!, 5);
    });
  });

  it('moves to the right and down', () => {
    const face = drawnFace();
    const moved = place(face, { scale: 1, dx: 2, dy: 3 }, SIDE);
    expect(moved.values[(20 + 3) * SIDE + 16 + 2]).toBeCloseTo(face.values[20 * SIDE + 16]!, 5);
  });
});

describe('align', () => {
  it.each([
    { scale: 1, dx: 0, dy: 0 },
    { scale: 1, dx: 3, dy: -2 },
    { scale: 1, dx: -4, dy: 4 },
    { scale: 1.08, dx: 1, dy: 1 },
    { scale: 0.92, dx: 0, dy: -2 },
  ])('undoes %j', (moved) => {
    const face = drawnFace();
    const [fitted] = align([place(face, moved, SIDE)], face);
    expect(fitted?.correlation).toBeGreaterThan(0.98);
    expect(Math.abs((fitted?.placement.dx ?? 99) + moved.dx / moved.scale)).toBeLessThanOrEqual(1);
    expect(Math.abs((fitted?.placement.dy ?? 99) + moved.dy / moved.scale)).toBeLessThanOrEqual(1);
    expect(Math.abs((fitted?.placement.scale ?? 99) * moved.scale - 1)).toBeLessThan(0.05);
  });
});

describe('average', () => {
  it('looks the same from both sides', () => {
    const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => i % SIDE);
    const mean = average([{ picture: { side: SIDE, values }, placement: UNMOVED }], SIDE);
    expect(mean.values[0]).toBeCloseTo((SIDE - 1) / 2, 4);
    expect(mean.values[SIDE - 1]).toBeCloseTo((SIDE - 1) / 2, 4);
  });
});
