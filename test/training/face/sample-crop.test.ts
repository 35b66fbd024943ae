import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsInWindow, sampleWindow, type Corners } from '../../../src/training/face/sample-crop.ts';
import { Random } from '../../../src/training/random.ts';

describe('labelsInWindow', () => {
  const plain = { originX: 0, originY: 0, scale: 1, mirrored: false };

  it('moves and scales boxes into the window', () => {
    const { faces } = labelsInWindow([[30, 40, 50, 70]], { ...plain, originX: 20, originY: 30, scale: 2 }, 100);
    expect(faces).toEqual([[20, 20, 60, 80]]);
  });

  it('mirrors boxes', () => {
    expect(labelsInWindow([[10, 20, 30, 50]], { ...plain, mirrored: true }, 100).faces).toEqual([[70, 20, 90, 50]]);
  });

  it('cuts a face at the border and learns it while most of it is visible', () => {
    expect(labelsInWindow([[-10, 20, 30, 60]], plain, 100)).toEqual({ faces: [[0, 20, 30, 60]], ignored: [] });
    expect(labelsInWindow([[-30, 20, 10, 60]], plain, 100)).toEqual({ faces: [], ignored: [[0, 20, 10, 60]] });
  });

  it('ignores faces too low to be learnt and forgets those outside', () => {
    const boxes: Corners[] = [
      [10, 10, 16, 18],
      [200, 10, 240, 60],
    ];
    expect(labelsInWindow(boxes, plain, 100)).toEqual({ faces: [], ignored: [[10, 10, 16, 18]] });
  });
});

describe('sampleWindow', () => {
  const side = fc.integer({ min: 100, max: 500 });

  it('always shows some of the picture, and not more border than it must', () => {
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => {
        const face: Corners = [width / 2 - 20, height / 2 - 25, width / 2 + 20, height / 2 + 25];
        const window = sampleWindow(new Random(seed), { width, height, boxes: [face] }, 256);
        const seen = 256 / window.scale;
        for (const [origin, length] of [
          [window.originX, width],
          [window.originY, height],
        ] as const) {
          expect(origin).toBeGreaterThanOrEqual(Math.min(0, length - seen) - 1e-9);
          expect(origin).toBeLessThanOrEqual(Math.max(0, length - seen) + 1e-9);
        }
      }),
    );
  });

  it('brings faces to small and to large heights', () => {
    const random = new Random(1);
    const face: Corners = [200, 150, 260, 230];
    const heights = Array.from({ length: 400 }, () => {
      const window = sampleWindow(random, { width: 480, height: 360, boxes: [face] }, 256);
      return 80 * window.scale;
    });
    expect(Math.min(...heights)).toBeLessThan(45);
    expect(Math.max(...heights)).toBeGreaterThan(180);
  });
});
