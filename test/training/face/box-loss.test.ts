import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { efficientIouLoss, varifocalLoss } from '../../../src/training/face/box-loss.ts';

const side = fc.double({ min: 0.05, max: 8, noNaN: true });
const sides = fc.tuple(side, side, side, side);

describe('efficientIouLoss', () => {
  it('is zero, with IoU one, for the target itself', () => {
    const { loss, iou } = efficientIouLoss([1, 2, 3, 4], 0, [1, 2, 3, 4], 0, new Float64Array(4));
    expect(loss).toBeCloseTo(0, 12);
    expect(iou).toBeCloseTo(1, 12);
  });

  it('gives the IoU of a box beside its target', () => {
    // 2×2 against 4×2, one inside the other
    expect(efficientIouLoss([1, 1, 1, 1], 0, [1, 1, 3, 1], 0, new Float64Array(4)).iou).toBeCloseTo(0.5, 12);
  });

  it('has the derivatives that finite differences give', () => {
    fc.assert(
      fc.property(sides, sides, (predicted, target) => {
        // Where a side meets the target's, the loss has a corner and no derivative.
        fc.pre(predicted.every((value, i) => Math.abs(value - target[i]!) > 1e-3));
        const gradient = new Float64Array(4);
        efficientIouLoss(predicted, 0, target, 0, gradient);
        const unused = new Float64Array(4);
        for (let i = 0; i < 4; i++) {
          const h = 1e-6;
          const at = (delta: number): number =>
            efficientIouLoss(
              predicted.map((value, k) => (k === i ? value + delta : value)),
              0,
              target,
              0,
              unused,
            ).loss;
          const slope = (at(h) - at(-h)) / (2 * h);
          expect(Math.abs(gradient[i]! - slope)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
        }
      }),
    );
  });
});

describe('varifocalLoss', () => {
  const logit = fc.double({ min: -12, max: 12, noNaN: true });

  it('has the derivative that finite differences give, for faces and for background', () => {
    fc.assert(
      fc.property(logit, fc.constantFrom(0, 0.2, 0.7, 1), (x, quality) => {
        const h = 1e-5;
        const slope = (varifocalLoss(x + h, quality).loss - varifocalLoss(x - h, quality).loss) / (2 * h);
        expect(varifocalLoss(x, quality).gradient).toBeCloseTo(slope, 5);
      }),
    );
  });

  it('is least for a face where the score equals the quality of its box', () => {
    expect(varifocalLoss(Math.log(0.7 / 0.3), 0.7).gradient).toBeCloseTo(0, 12);
  });

  it('stays finite for absurd logits', () => {
    for (const x of [-800, 800]) {
      expect(Number.isFinite(varifocalLoss(x, 0).loss)).toBe(true);
      expect(Number.isFinite(varifocalLoss(x, 0.5).loss)).toBe(true);
    }
  });
});
