import { EMOTIONS } from '../../vision/emotion.ts';

const CLASSES = EMOTIONS.length;

/**
 * The temperature under which logits [pictures, 7] explain the labels best: least cross-entropy (Guo et al. 2017),
 * by golden-section search between 0.2 and 5, since the loss has a single minimum in 1 / T. 1 without pictures.
 */
export function fitTemperature(logits: Float32Array, labels: readonly number[]): number {
  if (labels.length === 0) return 1;
  const shrink = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.2);
  let high = Math.log(5);
  while (high - low > 1e-4) {
    const a = high - shrink * (high - low);
    const b = low + shrink * (high - low);
    if (crossEntropy(logits, labels, Math.exp(a)) < crossEntropy(logits, labels, Math.exp(b))) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}

/** Mean cross-entropy in nats of softmax(logits / temperature). */
export function crossEntropy(logits: Float32Array, labels: readonly number[], temperature: number): number {
  let sum = 0;
  labels.forEach((label, i) => {
    const own = logits.subarray(i * CLASSES, (i + 1) * CLASSES);
    const most = Math.max(...own);
    let mass = 0;
    for (const logit of own) mass += Math.exp((logit - most) / temperature);
    sum += Math.log(mass) - (own[label]! - most) / temperature;
  });
  return sum / labels.length;
}
