import { describe, expect, it } from 'vitest';
import { BOX_WEIGHT, detectionLoss, type LevelOutput } from '../../../src/training/face/detection-loss.ts';
import type { CropLabels } from '../../../src/training/face/sample-crop.ts';
import { Random } from '../../../src/training/random.ts';

const SIZE = 64;

/** Three levels of raw outputs for 64 × 64 px crops: low scores, boxes of some three strides. */
function levels(batch: number, random = new Random(3)): LevelOutput[] {
  return [8, 16, 32].map((stride) => {
    const cells = SIZE / stride;
    const values = Float32Array.from({ length: batch * cells * cells * 5 }, (_, i) =>
      i % 5 === 0 ? -2 + 0.5 * random.normal() : 0.3 + 0.2 * random.normal(),
    );
    return { stride, rows: cells, columns: cells, values };
  });
}

const total = (outputs: readonly LevelOutput[], labels: readonly CropLabels[]): number => {
  const { score, box } = detectionLoss(outputs, labels);
  return score + BOX_WEIGHT * box;
};

describe('detectionLoss', () => {
  it('draws only scores down where there is no face', () => {
    const outputs = levels(1);
    const { box, gradients } = detectionLoss(outputs, [{ faces: [], ignored: [] }]);
    expect(box).toBe(0);
    for (const gradient of gradients)
      gradient.forEach((value, i) => {
        if (i % 5 === 0) expect(value).toBeGreaterThan(0);
        else expect(value).toBe(0);
      });
  });

  it('leaves alone what lies on an ignored face', () => {
    const outputs = levels(1);
    const { score, gradients } = detectionLoss(outputs, [{ faces: [], ignored: [[0, 0, 64, 64]] }]);
    expect(score).toBe(0);
    expect(gradients.every((gradient) => gradient.every((value) => value === 0))).toBe(true);
  });

  it('falls when its gradient is followed', () => {
    const labels: CropLabels[] = [
      { faces: [[10, 12, 34, 40]], ignored: [] },
      { faces: [[2, 2, 60, 62]], ignored: [[40, 40, 50, 50]] },
    ];
    const outputs = levels(2);
    const first = total(outputs, labels);
    for (let step = 0; step < 200; step++) {
      const { gradients } = detectionLoss(outputs, labels);
      outputs.forEach((level, l) => {
        level.values.forEach((value, i) => {
          level.values[i] = value - 0.5 * gradients[l]![i]!;
        });
      });
    }
    const { iou } = detectionLoss(outputs, labels);
    expect(total(outputs, labels)).toBeLessThan(first * 0.5);
    expect(iou).toBeGreaterThan(0.8);
  });

  it('gives a face at most ten locations and moves all four sides of each', () => {
    const labels: CropLabels[] = [{ faces: [[16, 16, 48, 48]], ignored: [] }];
    const outputs = levels(1);
    const { gradients } = detectionLoss(outputs, labels);
    const moved = gradients.flatMap((gradient) => [...gradient].filter((value, i) => i % 5 !== 0 && value !== 0));
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.length % 4).toBe(0);
    expect(moved.length / 4).toBeLessThanOrEqual(10);
  });

  it('gives each location to one face, and every face of learnable size at least one location', () => {
    const faces: CropLabels['faces'] = [
      [4, 4, 20, 20],
      [12, 12, 28, 28],
      [36, 36, 60, 60],
    ];
    const { gradients } = detectionLoss(levels(1), [{ faces, ignored: [] }]);
    const rising = gradients[0]!.filter((value, i) => i % 5 === 0 && value < 0);
    expect(rising.length).toBeGreaterThanOrEqual(3);
  });
});
