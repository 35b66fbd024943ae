import type { Observation, ObservedFace } from '../vision/observation.ts';

/** A measured rule: weights at rising values of what was varied, straight lines in between, level beyond the ends. */
type Rule = readonly (readonly [value: number, weight: number])[];

// Each weight is the exponent under which the scores of PublicTest pictures made worse in one known way explain the
// voters' majority best (class-balanced likelihood; 1 for the pictures as they are). What was measured is in
// src/training/LOG.md, "Mood filter".

/** Mean side of the box in px of the frame. Accuracy falls from 84 % to 79 % (21 px) and 53 % (11 px). */
const BY_SIDE_PX: Rule = [
  [0, 0],
  [11, 0.5],
  [14, 0.6],
  [18, 0.75],
  [21, 0.85],
  [25, 0.9],
  [29, 0.95],
  [36, 1],
];

/**
 * Octaves of `sharpness`. From 1/8 on, where FER-2013's own faces lie, it tells nothing (84 %); at 1/64 accuracy is 66 %,
 * at 1/256 42 % (`npx tsx src/training/mood/weigh-sharpness.ts --data DIR`).
 */
const BY_SHARPNESS: Rule = [
  [-8, 0.15],
  [-7, 0.25],
  [-6.25, 0.4],
  [-5.5, 0.6],
  [-4.5, 0.8],
  [-3.75, 0.9],
  [-3, 1],
];

/** Share of the box beyond the left or right border. The half face left gives 66 %. */
const BY_CUT_SIDEWAYS: Rule = [
  [0.2, 1],
  [0.3, 0.9],
  [0.4, 0.75],
  [0.5, 0.55],
  [0.8, 0],
];

/** … beyond the upper border: no brow. 71 % with half a face. */
const BY_CUT_ABOVE: Rule = [
  [0.1, 1],
  [0.2, 0.9],
  [0.3, 0.7],
  [0.4, 0.5],
  [0.5, 0.35],
  [0.7, 0],
];

/** … beyond the lower one: no mouth. 72 % with a fifth gone, 45 % with two fifths. */
const BY_CUT_BELOW: Rule = [
  [0, 1],
  [0.1, 0.95],
  [0.2, 0.75],
  [0.3, 0.55],
  [0.4, 0.4],
  [0.5, 0.3],
  [0.7, 0],
];

/**
 * Width over height, relative to a face seen from the front. Measured on squeezed pictures, a poor likeness of turned
 * heads: how far a head is turned cannot be known without landmarks.
 */
const BY_NARROWNESS: Rule = [
  [0.3, 0.2],
  [0.5, 0.55],
  [0.6, 0.7],
  [0.7, 0.8],
  [0.8, 0.9],
  [0.9, 1],
];

/** Of our detector's boxes on FER-2013's pictures, which are seen from the front: 0.76 by 1.01 of the picture (medians). */
const FRONTAL_ASPECT = 0.75;

/**
 * What a face's scores are worth by how well it can be seen, 0 to 1: too small, blurred, cut by the frame's border,
 * narrower than faces are. A small face is enlarged and so looks blurred, too: the worse of both counts, not both.
 */
export function faceWeight(
  { box: { x, y, width, height }, sharpness }: Pick<ObservedFace, 'box' | 'sharpness'>,
  frame: Pick<Observation, 'width' | 'height'>,
): number {
  if (!(width > 0 && height > 0)) return 0;
  return (
    Math.min(at(BY_SIDE_PX, (width + height) / 2), at(BY_SHARPNESS, Math.log2(sharpness))) *
    at(BY_CUT_SIDEWAYS, Math.max(0, -x, x + width - frame.width) / width) *
    at(BY_CUT_ABOVE, Math.max(0, -y) / height) *
    at(BY_CUT_BELOW, Math.max(0, y + height - frame.height) / height) *
    at(BY_NARROWNESS, width / height / FRONTAL_ASPECT)
  );
}

function at(rule: Rule, value: number): number {
  const next = rule.findIndex(([from]) => value < from);
  if (next === -1) return rule.at(-1)![1];
  if (next === 0) return rule[0]![1];
  const [from, low] = rule[next - 1]!;
  const [to, high] = rule[next]!;
  return low + ((high - low) * (value - from)) / (to - from);
}
