import { describe, expect, it } from 'vitest';
import {
  buildTargets,
  classWeights,
  targetShares,
  emotionVotes,
  majority,
  voteTarget,
} from '../../../src/training/emotion/targets.ts';
import { EMOTIONS } from '../../../src/vision/emotion.ts';

// FER+'s columns: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, not a face.
const ANGRY = [1, 0, 0, 2, 6, 0, 0, 1, 0, 0];

describe('votes', () => {
  it('come in the order of the emotions', () => {
    const order = emotionVotes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, order[i]]))).toEqual({
      neutral: 0,
      happy: 1,
      surprise: 2,
      sad: 3,
      angry: 4,
      disgust: 5,
      fear: 6,
    });
  });

  it.each([
    [ANGRY, 'angry'],
    [[10, 0, 0, 0, 0, 0, 0, 0, 0, 0], 'neutral'],
    [[4, 4, 0, 0, 2, 0, 0, 0, 0, 0], undefined],
    [[3, 0, 0, 0, 0, 0, 0, 7, 0, 0], undefined],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 10], undefined],
  ])('%j have the majority %s', (votes, expected) => {
    const winner = majority(votes);
    expect(winner === undefined ? undefined : EMOTIONS[winner]).toBe(expected);
  });

  it('become probabilities without single votes, or nothing where most saw none of the seven', () => {
    expect(voteTarget(ANGRY)).toEqual([0.75, 0, 0, 0, 0.25, 0, 0]);
    expect(voteTarget([3, 0, 0, 0, 0, 0, 0, 7, 0, 0])).toBeUndefined();
    expect(voteTarget([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])).toBeUndefined();
  });
});

describe('buildTargets', () => {
  const picture = (label: number, votes?: number[]) => ({
    pixels: new Uint8Array(),
    label,
    split: 'Training' as const,
    source: '',
    ...(votes && { votes }),
  });

  it('smooths hard labels towards the voters, and gives the product head their opinion', () => {
    const { product, fer2013 } = buildTargets([picture(3, ANGRY), picture(3, [0, 0, 0, 0, 0, 0, 0, 0, 0, 10])], 0.14);
    expect(fer2013[3]).toBeCloseTo(0.86 + 0.01, 6);
    expect(fer2013[0]).toBeCloseTo(0.14 * (0.5 * 0.75 + 0.5 / 7), 6);
    expect([...product.subarray(0, 7)]).toEqual([0.75, 0, 0, 0, 0.25, 0, 0]);
    expect([...product.subarray(7)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(fer2013.subarray(7).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it('teaches both heads the hard labels where nobody voted', () => {
    const { product, fer2013 } = buildTargets([picture(1)], 0);
    expect([...product]).toEqual([0, 1, 0, 0, 0, 0, 0]);
    expect([...fer2013]).toEqual([...product]);
  });
});

describe('targetShares', () => {
  it('is the share of each class, pictures without a target left aside', () => {
    const one = (c: number) => EMOTIONS.map((_, i) => (i === c ? 1 : 0));
    const targets = Float32Array.from([...one(0), ...one(3), ...one(3), ...one(-1), ...one(6)]);
    const alike = EMOTIONS.map(() => 1);
    expect(targetShares(targets, [1, 1, 1, 1, 1], alike)).toEqual([0.25, 0, 0, 0.5, 0, 0, 0.25]);
    // The first picture is shown three times, and happy counts half.
    expect(targetShares(targets, [3, 1, 1, 1, 1], [1, 1, 1, 0.5, 1, 1, 1])).toEqual([0.6, 0, 0, 0.2, 0, 0, 0.2]);
  });
});

describe('classWeights', () => {
  it('raises the rare and lowers the frequent by the power', () => {
    const targets = Float32Array.from([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    expect(classWeights(targets, 0)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    const weights = classWeights(targets, 1);
    expect(weights[1]! / weights[0]!).toBeCloseTo(2, 6);
    expect(weights[2]).toBe(1);
    expect(classWeights(targets, 0.5)[1]! / classWeights(targets, 0.5)[0]!).toBeCloseTo(Math.SQRT2, 6);
  });
});
