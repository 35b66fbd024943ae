import { describe, expect, it } from 'vitest';
import { drawEpoch, epochLength, leaveOutEasy, timesShown } from '../../../src/training/emotion/sampling.ts';
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

describe('leaveOutEasy', () => {
  const drawn = Uint32Array.from({ length: 4000 }, (_, i) => i);
  // Three quarters are easy; the mean loss is 1.
  const losses = Float32Array.from(drawn, (i) => (i % 4 === 0 ? 2.5 : 0.5));

  it('leaves out a share of the easy ones and lets the rest of them count for those', () => {
    const { pictures, weights } = leaveOutEasy(new Random(4), drawn, losses, 0.4);
    const easy = [...pictures.keys()].filter((k) => pictures[k]! % 4 !== 0);
    expect(pictures.length - easy.length).toBe(1000);
    expect(easy.length / 3000).toBeCloseTo(0.6, 1);
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 4000).toBeCloseTo(1, 1);
    pictures.forEach((picture, k) => {
      expect(weights[k]).toBe(Math.fround(picture % 4 === 0 ? 1 : 1 / 0.6));
    });
    expect([...pictures]).toEqual([...pictures].sort((a, b) => a - b));
  });

  it.each([
    ['the share is 0', losses, 0],
    ['no loss is known yet', new Float32Array(4000).fill(Infinity), 0.5],
    ['all are alike', new Float32Array(4000).fill(1), 0.5],
  ])('leaves out none when %s', (_, known, share) => {
    const random = new Random(4);
    const all = leaveOutEasy(random, drawn, known, share);
    expect(all.pictures).toEqual(drawn);
    expect(new Set(all.weights)).toEqual(new Set([1]));
    expect(random.state()).toEqual(new Random(4).state());
  });

  it('takes a picture without a loss for a hard one', () => {
    const some = Float32Array.from([Infinity, 0.5, 2.5]);
    for (let seed = 0; seed < 20; seed++)
      expect([...leaveOutEasy(new Random(seed), Uint32Array.of(0, 1, 2), some, 0.9).pictures]).toEqual(
        expect.arrayContaining([0, 2]),
      );
  });
});
