import type { DetectedFace } from './face.ts';
import type { FaceDecoderCard } from './face-card.ts';
import type { InputSize, Outputs } from './network.ts';

type UltrafaceCard = Extract<FaceDecoderCard, { type: 'ultraface' }>;

/**
 * Decodes UltraFace (Linzaer, "Ultra-Light-Fast-Generic-Face-Detector-1MB"): softmaxed scores, and corners relative to
 * the input. Exports without post-processing give offsets from priors instead (Liu et al. 2016, SSD); their card
 * describes the priors.
 */
export function decodeUltraface(
  card: UltrafaceCard,
  outputs: Outputs,
  input: InputSize,
  minScore: number,
): DetectedFace[] {
  const scores = outputs[card.scores]!.data;
  const boxes = outputs[card.boxes]!.data;
  const priors = card.priors ? createPriors(card.priors, input) : undefined;
  const faces: DetectedFace[] = [];
  for (let i = 0; i * 2 < scores.length; i++) {
    const score = scores[i * 2 + 1]!;
    if (!(score >= minScore)) continue;
    const [x1, y1, x2, y2] = priors
      ? fromPrior(priors, boxes, i, card.priors!)
      : ([boxes[i * 4]!, boxes[i * 4 + 1]!, boxes[i * 4 + 2]!, boxes[i * 4 + 3]!] as const);
    const box = {
      x: x1 * input.width,
      y: y1 * input.height,
      width: (x2 - x1) * input.width,
      height: (y2 - y1) * input.height,
    };
    faces.push({ box, score });
  }
  return faces;
}

/** Centre and size of each prior, relative to the input and held inside it, in the order of the network's outputs. */
function createPriors(priors: NonNullable<UltrafaceCard['priors']>, input: InputSize): Float32Array {
  const values: number[] = [];
  for (const { stride, sizesPx } of priors.levels) {
    const columns = Math.ceil(input.width / stride);
    const rows = Math.ceil(input.height / stride);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (const size of sizesPx)
          values.push(
            Math.min(1, ((column + 0.5) * stride) / input.width),
            Math.min(1, ((row + 0.5) * stride) / input.height),
            Math.min(1, size / input.width),
            Math.min(1, size / input.height),
          );
  }
  return Float32Array.from(values);
}

function fromPrior(
  priors: Float32Array,
  offsets: Float32Array,
  i: number,
  { centreVariance, sizeVariance }: NonNullable<UltrafaceCard['priors']>,
): readonly [number, number, number, number] {
  const at = i * 4;
  const x = priors[at]! + offsets[at]! * centreVariance * priors[at + 2]!;
  const y = priors[at + 1]! + offsets[at + 1]! * centreVariance * priors[at + 3]!;
  const width = priors[at + 2]! * Math.exp(offsets[at + 2]! * sizeVariance);
  const height = priors[at + 3]! * Math.exp(offsets[at + 3]! * sizeVariance);
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}
