import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { labelPrior, scoresFromOutput } from '../../src/vision/emotion-scores.ts';

const HEAD = { output: 'o', labels: [...EMOTIONS], activation: 'logits', temperature: 1 } as const;
const logits = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 7, maxLength: 7 });

describe('scoresFromOutput', () => {
  it('sums to one and keeps the order of the logits, at any temperature', () => {
    fc.assert(
      fc.property(logits, fc.double({ min: 0.2, max: 5, noNaN: true }), (values, temperature) => {
        const scores = scoresFromOutput(values, { ...HEAD, labels: [...EMOTIONS], temperature });
        const list = EMOTIONS.map((emotion) => scores[emotion]);
        expect(list.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        for (let i = 0; i < 7; i++)
          for (let k = 0; k < 7; k++) if (values[i]! > values[k]!) expect(list[i]).toBeGreaterThanOrEqual(list[k]!);
      }),
    );
  });

  it('follows the labels of the card, in any order, and leaves others out', () => {
    const labels = ['contempt', 'neutral', 'happy', 'sad', 'angry', 'surprise', 'disgust', 'fear', 'unknown'];
    const output = [0.5, 0.2, 0.1, 0.05, 0.05, 0, 0, 0, 0.1];
    const scores = scoresFromOutput(output, { output: 'o', labels, activation: 'softmax', temperature: 1 });
    expect(scores.neutral).toBeCloseTo(0.5, 6);
    expect(scores.happy).toBeCloseTo(0.25, 6);
    expect(scores.angry).toBeCloseTo(0.125, 6);
    expect(scores.surprise).toBeCloseTo(0, 6);
  });

  it('is flatter at a higher temperature, for logits and for a softmax alike', () => {
    const head = { ...HEAD, labels: [...EMOTIONS] };
    const cool = scoresFromOutput([2, 0, 0, 0, 0, 0, 0], head).angry;
    const warm = scoresFromOutput([2, 0, 0, 0, 0, 0, 0], { ...head, temperature: 2 }).angry;
    expect(cool).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 6), 9);
    expect(warm).toBeCloseTo(Math.exp(1) / (Math.exp(1) + 6), 9);
    const softmax = EMOTIONS.map((emotion) => scoresFromOutput([2, 0, 0, 0, 0, 0, 0], head)[emotion]);
    expect(scoresFromOutput(softmax, { ...head, activation: 'softmax', temperature: 2 }).angry).toBeCloseTo(warm, 6);
  });
});

describe('labelPrior', () => {
  it('is the shares of the seven, whatever the order of the labels and whatever else there is', () => {
    const labels = ['contempt', 'neutral', 'surprise', 'sad', 'happy', 'fear', 'disgust', 'angry'];
    const prior = labelPrior({ labels, prior: [0.2, 0.4, 0.08, 0.08, 0.16, 0.02, 0.02, 0.04] });
    expect(prior.neutral).toBeCloseTo(0.5, 9);
    expect(prior.angry).toBeCloseTo(0.05, 9);
    expect(Object.values(prior).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });

  it('is even where the card does not say', () => {
    for (const share of Object.values(labelPrior({ labels: [...EMOTIONS] }))) expect(share).toBeCloseTo(1 / 7, 9);
  });
});
