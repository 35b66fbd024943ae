import { EMOTIONS } from '../../vision/emotion.ts';
import type { Random } from '../random.ts';

/**
 * How often each class is shown in an epoch: (mean count / count)^`power`, but never less than once. 0 shows every
 * picture once, 1 every class as often as the mean one. Unlike a weight in the loss, each showing is bent otherwise.
 */
export function timesShown(labels: readonly number[], power: number): number[] {
  const mean = labels.length / EMOTIONS.length;
  return countClasses(labels).map((count) => (count === 0 ? 1 : Math.max(1, (mean / count) ** power)));
}

/** How many pictures `drawEpoch` draws: the same every epoch. */
export function epochLength(labels: readonly number[], power: number): number {
  const times = timesShown(labels, power);
  return countClasses(labels).reduce((sum, count, c) => sum + Math.round(count * times[c]!), 0);
}

/** The pictures of an epoch in random order, as indices into `labels`; each at least once, rare ones as `timesShown` says. */
export function drawEpoch(random: Random, labels: readonly number[], power: number): Uint32Array {
  const more = timesShown(labels, power).flatMap((times, c) => {
    if (times === 1) return [];
    const members = random.shuffle([...labels.keys()].filter((i) => labels[i] === c));
    const wanted = Math.round(members.length * times) - members.length;
    return Array.from({ length: wanted }, (_, i) => members[i % members.length]!);
  });
  return random.shuffle(Uint32Array.from([...labels.keys(), ...more]));
}

/** An epoch's pictures, as indices, and what each counts in the loss. */
export interface Drawn {
  readonly pictures: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * Leaves out a random `share` of the easy ones among the drawn pictures, those whose last loss lies below the mean, and
 * lets the others of them count 1 / (1 − share), so that the gradient's expectation stays (InfoBatch, Qin et al. 2024).
 * `losses` are the pictures' last ones, Infinity where there is none yet.
 */
export function leaveOutEasy(random: Random, drawn: Uint32Array, losses: Float32Array, share: number): Drawn {
  const known = drawn.filter((i) => losses[i]! < Infinity);
  const mean = known.reduce((sum, i) => sum + losses[i]!, 0) / known.length;
  const isEasy = (i: number): boolean => share > 0 && losses[i]! < mean;
  const pictures = drawn.filter((i) => !isEasy(i) || random.next() >= share);
  return { pictures, weights: Float32Array.from(pictures, (i) => (isEasy(i) ? 1 / (1 - share) : 1)) };
}

/** The pictures of one step of an epoch. */
export function batchOf({ pictures, weights }: Drawn, step: number, size: number): Drawn {
  const [from, to] = [step * size, (step + 1) * size];
  return { pictures: pictures.subarray(from, to), weights: weights.subarray(from, to) };
}

function countClasses(labels: readonly number[]): number[] {
  const counts = EMOTIONS.map(() => 0);
  for (const label of labels) counts[label]!++;
  return counts;
}
