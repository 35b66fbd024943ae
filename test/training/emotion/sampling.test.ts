import { describe, expect, it } from 'vitest';
import { drawEpoch, epochLength, timesShown } from '../../../src/training/emotion/sampling.ts';
import { Random } from '../../../src/training/random.ts';

// 27 pictures: 2 of class 0, 9 of class 3, 16 of class 6; the mean class has 27 / 7.
const LABELS = [...Array<number>(2).fill(0), ...Array<number>(9).fill(3), ...Array<number>(16).fill(6)];

function countsOf(drawn: Uint32Array): number[] {
  return LABELS.map((_, i) => drawn.filter((d) => d === i).length);
}

describe('oversampling', () => {
  it('shows classes rarer than the mean more often, the others once', () => {
    expect(timesShown(LABELS, 0)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(timesShown(LABELS, 1)).toEqual([27 / 14, 1, 1, 1, 1, 1, 1]);
    expect(timesShown(LABELS, 0.5)[0]).toBeCloseTo(Math.sqrt(27 / 14), 9);
  });

  it('draws each picture once when the power is 0, in the order of a plain shuffle', () => {
    const drawn = drawEpoch(new Random(3), LABELS, 0);
    expect(drawn).toEqual(new Random(3).shuffle(Uint32Array.from(LABELS.keys())));
  });

  it('draws all pictures, and of a rare class some twice before any thrice', () => {
    const drawn = drawEpoch(new Random(3), LABELS, 1);
    expect(drawn).toHaveLength(epochLength(LABELS, 1));
    expect(countsOf(drawn)).toEqual([2, 2, ...Array<number>(25).fill(1)]);
    const often = drawEpoch(new Random(3), LABELS, 2.5);
    expect(often).toHaveLength(epochLength(LABELS, 2.5));
    const [a, b, ...rest] = countsOf(often);
    expect([a! + b!, Math.abs(a! - b!)]).toEqual([10, 0]);
    expect(rest.every((times) => times === 1)).toBe(true);
  });

  it('draws the same for the same random state, and another order for the next epoch', () => {
    const random = new Random(3);
    const first = drawEpoch(random, LABELS, 1);
    expect(first).toEqual(drawEpoch(new Random(3), LABELS, 1));
    expect(drawEpoch(random, LABELS, 1)).not.toEqual(first);
  });
});
