import { EMOTIONS } from '../../vision/emotion.ts';
import { VOTE_COLUMNS, type LabelledPicture } from './data-set.ts';

const CLASSES = EMOTIONS.length;

/** Where each emotion stands in FER+'s columns. */
const COLUMN_OF_EMOTION = (['anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral'] as const).map(
  (name) => VOTE_COLUMNS.indexOf(name),
);

/** Votes for the seven emotions, in the order of `EMOTIONS`. */
export function emotionVotes(votes: readonly number[]): number[] {
  return COLUMN_OF_EMOTION.map((column) => votes[column]!);
}

/**
 * The emotion most voters chose, as an index into `EMOTIONS`; undefined on a tie, or when contempt, unknown or "not a
 * face" won.
 */
export function majority(votes: readonly number[]): number | undefined {
  const most = Math.max(...votes);
  if (votes.filter((v) => v === most).length > 1) return undefined;
  const winner = COLUMN_OF_EMOTION.indexOf(votes.indexOf(most));
  return winner < 0 ? undefined : winner;
}

/**
 * What the voters said, as probabilities of the seven; single votes among ten are noise and left out, as in FER+'s own
 * training. Undefined where most saw none of the seven.
 */
export function voteTarget(votes: readonly number[]): number[] | undefined {
  const seven = emotionVotes(votes).map((v) => (v > 1 ? v : 0));
  const sum = seven.reduce((a, b) => a + b, 0);
  const all = votes.reduce((a, b) => a + b, 0);
  return sum * 2 < all ? undefined : seven.map((v) => v / sum);
}

/** Both heads' targets of each picture, [pictures, 7] each; a row of zeros counts for nothing in the loss. */
export interface Targets {
  readonly product: Float32Array;
  readonly fer2013: Float32Array;
}

/**
 * `smoothing` is the share of a hard label that goes elsewhere: to the voters' opinion where it is known, else evenly
 * to all classes. Without votes (a folder of pictures) the product head learns the hard labels too.
 */
export function buildTargets(pictures: readonly LabelledPicture[], smoothing: number): Targets {
  const product = new Float32Array(pictures.length * CLASSES);
  const fer2013 = new Float32Array(pictures.length * CLASSES);
  const even = EMOTIONS.map(() => 1 / CLASSES);
  pictures.forEach(({ label, votes }, i) => {
    const voted = votes && voteTarget(votes);
    const elsewhere = voted ? voted.map((v, c) => 0.5 * v + 0.5 * even[c]!) : even;
    const hard = elsewhere.map((v, c) => smoothing * v + (c === label ? 1 - smoothing : 0));
    fer2013.set(hard, i * CLASSES);
    if (!votes) product.set(hard, i * CLASSES);
    else if (voted) product.set(voted, i * CLASSES);
  });
  return { product, fer2013 };
}

/** The targets with `share` of each row from `opinion`; a row of zeros gets that share only. */
export function mixTargets(targets: Targets, opinion: Targets, share: number): Targets {
  const mixed = (own: Float32Array, other: Float32Array): Float32Array =>
    own.map((value, i) => (1 - share) * value + share * other[i]!);
  return { product: mixed(targets.product, opinion.product), fer2013: mixed(targets.fer2013, opinion.fer2013) };
}

/**
 * Loss weights of the classes, (mean mass / mass)^`power`: 0 is none, 1 the full inverse frequency. Disgust has 1.5 % of
 * FER-2013's labels; full weights would make every sneer of the others disgust.
 */
export function classWeights(targets: Float32Array, power: number): number[] {
  const mass = classMass(targets);
  const mean = mass.reduce((a, b) => a + b, 0) / CLASSES;
  return mass.map((m) => (m === 0 ? 1 : (mean / m) ** power));
}

/**
 * Share of each class in the targets [pictures, 7], each picture shown so many `times` an epoch and each class counted by
 * its `weights` in the loss: the prior that a classifier's scores hold.
 */
export function targetShares(targets: Float32Array, times: readonly number[], weights: readonly number[]): number[] {
  const mass = classMass(targets, times).map((m, c) => m * weights[c]!);
  const sum = mass.reduce((a, b) => a + b, 0);
  return mass.map((m) => m / sum);
}

function classMass(targets: Float32Array, times?: readonly number[]): number[] {
  const mass = EMOTIONS.map(() => 0);
  targets.forEach((target, i) => (mass[i % CLASSES]! += target * (times?.[Math.floor(i / CLASSES)] ?? 1)));
  return mass;
}
