import { EMOTIONS } from '../../vision/emotion.ts';

const CLASSES = EMOTIONS.length;

/** Makes softmax((logits + biases) / temperature) an honest probability. */
export interface Calibration {
  readonly temperature: number;
  /** A bias a class, in the unit of the logits; they sum to zero. */
  readonly biases: readonly number[];
}

/** Steps of gradient descent with momentum; the loss is convex in what is searched, and flat long before. */
const STEPS = 800;
/** Strength of the prior that no class needs a bias, in pictures: rare classes cannot run away. */
const PRIOR_PICTURES = 20;

/**
 * Fits a temperature and a bias a class by least cross-entropy on logits [pictures, 7] and their labels: bias-corrected
 * temperature scaling (Alexandari, Kundaje and Shrikumar 2020). The biases undo what class weights and another mix of
 * classes in training did to the odds. Without pictures nothing is changed.
 */
export function fitCalibration(logits: Float32Array, labels: readonly number[]): Calibration {
  const n = labels.length;
  const zero = EMOTIONS.map(() => 0);
  if (n === 0) return { temperature: 1, biases: zero };
  // Searched: the slope 1 / temperature, and biases after the slope; on logits of unit size, so that the steps fit.
  const size = Math.sqrt(logits.reduce((sum, v) => sum + v * v, 0) / logits.length) || 1;
  const weight = 1 / (n + PRIOR_PICTURES);
  let slope = size;
  const offsets = [...zero];
  let slopeSpeed = 0;
  const speeds = [...zero];
  const odds = new Float64Array(CLASSES);
  for (let step = 0; step < STEPS; step++) {
    let slopeGradient = 0;
    const gradients = offsets.map((offset) => offset * PRIOR_PICTURES * weight);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      let most = -Infinity;
      for (let c = 0; c < CLASSES; c++) {
        odds[c] = (slope / size) * logits[i * CLASSES + c]! + offsets[c]!;
        most = Math.max(most, odds[c]!);
      }
      for (let c = 0; c < CLASSES; c++) sum += odds[c] = Math.exp(odds[c]! - most);
      for (let c = 0; c < CLASSES; c++) {
        const excess = (odds[c]! / sum - (labels[i] === c ? 1 : 0)) * weight;
        slopeGradient += (excess * logits[i * CLASSES + c]!) / size;
        gradients[c]! += excess;
      }
    }
    slopeSpeed = 0.9 * slopeSpeed - 0.5 * slopeGradient;
    slope = Math.max(0.05 * size, slope + slopeSpeed);
    for (let c = 0; c < CLASSES; c++) {
      speeds[c] = 0.9 * speeds[c]! - 0.5 * gradients[c]!;
      offsets[c]! += speeds[c]!;
    }
  }
  const mean = offsets.reduce((a, b) => a + b, 0) / CLASSES;
  return { temperature: size / slope, biases: offsets.map((offset) => ((offset - mean) * size) / slope) };
}

/** Mean cross-entropy in nats of softmax((logits + biases) / temperature). */
export function crossEntropy(
  logits: Float32Array,
  labels: readonly number[],
  { temperature, biases }: Calibration,
): number {
  let sum = 0;
  labels.forEach((label, i) => {
    const odds = biases.map((bias, c) => (logits[i * CLASSES + c]! + bias) / temperature);
    const most = Math.max(...odds);
    sum += most + Math.log(odds.reduce((mass, o) => mass + Math.exp(o - most), 0)) - odds[label]!;
  });
  return sum / labels.length;
}
