import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectionOverUnion } from '../../src/vision/box-geometry.ts';
import type { DetectedFace } from '../../src/vision/face.ts';
import { suppressNonMaxima } from '../../src/vision/non-maximum-suppression.ts';

const face = (x: number, score: number): DetectedFace => ({ box: { x, y: 0, width: 10, height: 10 }, score });

const someFaces = fc.array(
  fc.record({
    box: fc.record({
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
      width: fc.integer({ min: 1, max: 30 }),
      height: fc.integer({ min: 1, max: 30 }),
    }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 40 },
);

describe('suppressNonMaxima', () => {
  it('keeps nothing of nothing', () => {
    expect(suppressNonMaxima([], 0.5)).toEqual([]);
  });

  it('keeps the best of overlapping faces and every lonely one, best first', () => {
    const faces = [face(0, 0.5), face(1, 0.9), face(50, 0.7)];
    expect(suppressNonMaxima(faces, 0.5)).toEqual([face(1, 0.9), face(50, 0.7)]);
  });

  it('does not count a suppressed face as better', () => {
    // The middle falls to the left one; the right one overlaps only the middle.
    expect(suppressNonMaxima([face(0, 0.9), face(4, 0.8), face(8, 0.7)], 0.3).map((f) => f.box.x)).toEqual([0, 8]);
  });

  it('leaves no overlapping pair, drops only what a kept face covers, and orders by score', () => {
    fc.assert(
      fc.property(someFaces, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (faces, maxIou) => {
        const kept = suppressNonMaxima(faces, maxIou);
        kept.forEach((a, i) => {
          kept.slice(i + 1).forEach((b) => {
            expect(intersectionOverUnion(a.box, b.box)).toBeLessThanOrEqual(maxIou);
            expect(a.score).toBeGreaterThanOrEqual(b.score);
          });
        });
        for (const dropped of faces.filter((f) => !kept.includes(f)))
          expect(kept.some((k) => k.score >= dropped.score && intersectionOverUnion(k.box, dropped.box) > maxIou)).toBe(
            true,
          );
      }),
    );
  });
});
