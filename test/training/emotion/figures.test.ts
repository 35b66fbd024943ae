import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossEntropy, fitCalibration } from '../../../src/training/emotion/calibrate.ts';
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

describe('fitCalibration', () => {
  /** Labels drawn from softmax(row); the logits given are twice as bold and say class 2 too seldom. */
  function drawn(n: number): { logits: Float32Array; labels: number[] } {
    const random = new Random(1);
    const logits = new Float32Array(n * 7);
    const labels = Array.from({ length: n }, (_, i) => {
      const row = Array.from({ length: 7 }, () => 1.5 * random.normal());
      row.forEach((v, c) => (logits[i * 7 + c] = 2 * (v - (c === 2 ? 1 : 0))));
      const masses = row.map(Math.exp);
      let left = random.next() * masses.reduce((a, b) => a + b, 0);
      return masses.findIndex((mass) => (left -= mass) < 0);
    });
    return { logits, labels };
  }

  it('finds by how much logits are too bold, and which class they slight', () => {
    const { logits, labels } = drawn(4000);
    const found = fitCalibration(logits, labels);
    expect(found.temperature).toBeGreaterThan(1.85);
    expect(found.temperature).toBeLessThan(2.15);
    const others = found.biases.filter((_, c) => c !== 2);
    for (const bias of others) expect(Math.abs(found.biases[2]! - bias - 2)).toBeLessThan(0.4);
    expect(found.biases.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
    const untouched = { temperature: 1, biases: EMOTIONS.map(() => 0) };
    expect(crossEntropy(logits, labels, found)).toBeLessThan(crossEntropy(logits, labels, untouched));
  });

  it('changes nothing without pictures, and stays finite with one', () => {
    expect(fitCalibration(new Float32Array(), [])).toEqual({ temperature: 1, biases: [0, 0, 0, 0, 0, 0, 0] });
    const one = fitCalibration(Float32Array.of(3, 0, 0, 0, 0, 0, 0), [1]);
    expect([one.temperature, ...one.biases].every(Number.isFinite)).toBe(true);
  });
});
