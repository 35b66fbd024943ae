import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossEntropy, fitTemperature } from '../../../src/training/emotion/calibrate.ts';
import { figuresOf, reliabilityBins, type Judged } from '../../../src/training/emotion/figures.ts';
import { Random } from '../../../src/training/random.ts';
import { EMOTIONS, type EmotionScores } from '../../../src/vision/emotion.ts';

/** `said` with this confidence, the rest evenly. */
function judged(label: number, said: number, confidence: number): Judged {
  const scores = Object.fromEntries(
    EMOTIONS.map((emotion, i) => [emotion, i === said ? confidence : (1 - confidence) / 6]),
  ) as unknown as EmotionScores;
  return { scores, label };
}

describe('figuresOf', () => {
  it('counts by class', () => {
    const figures = figuresOf([judged(0, 0, 0.9), judged(0, 3, 0.8), judged(3, 3, 0.7), judged(3, 3, 0.7)]);
    expect(figures.accuracy).toBe(0.75);
    expect(figures.recall.angry).toBe(0.5);
    expect(figures.recall.happy).toBe(1);
    expect(figures.recall.fear).toBeNull();
    // angry: precision 1, recall ½; happy: precision ⅔, recall 1
    expect(figures.macroF1).toBeCloseTo((2 / 3 + 4 / 5) / 2, 9);
    expect(figures.confusion[0]).toEqual([1, 0, 0, 1, 0, 0, 0]);
  });

  it('measures how far confidence is from accuracy', () => {
    expect(figuresOf([judged(0, 0, 0.9), judged(1, 0, 0.9)]).ece).toBeCloseTo(0.4, 9);
    expect(figuresOf([judged(0, 0, 1), judged(3, 3, 1)]).ece).toBeCloseTo(0, 9);
  });

  it('is zero of nothing', () => {
    expect(figuresOf([])).toMatchObject({ images: 0, accuracy: 0, macroF1: 0, ece: 0 });
  });

  it('puts every picture into one bin that spans its confidence', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.15, max: 1, noNaN: true }), { maxLength: 50 }), (confidences) => {
        const bins = reliabilityBins(confidences.map((c) => judged(0, 0, c)));
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(confidences.length);
        for (const { count, from, to, confidence } of bins) {
          if (count === 0) continue;
          expect(confidence).toBeGreaterThan(from - 1e-9);
          expect(confidence).toBeLessThan(to + 1e-9);
        }
      }),
    );
  });
});

describe('fitTemperature', () => {
  it('finds by how much logits are too bold', () => {
    const random = new Random(1);
    const n = 4000;
    const logits = new Float32Array(n * 7);
    const labels: number[] = [];
    for (let i = 0; i < n; i++) {
      const row = Array.from({ length: 7 }, () => 1.5 * random.normal());
      const masses = row.map(Math.exp);
      let left = random.next() * masses.reduce((a, b) => a + b, 0);
      labels.push(masses.findIndex((mass) => (left -= mass) < 0));
      logits.set(
        row.map((v) => 2 * v),
        i * 7,
      );
    }
    const temperature = fitTemperature(logits, labels);
    expect(temperature).toBeGreaterThan(1.85);
    expect(temperature).toBeLessThan(2.15);
    expect(crossEntropy(logits, labels, temperature)).toBeLessThan(crossEntropy(logits, labels, 1));
    expect(fitTemperature(new Float32Array(), [])).toBe(1);
  });
});
