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
    const members = [...labels.keys()].filter((i) => labels[i] === c);
    const wanted = Math.round(members.length * times) - members.length;
    const some = random.shuffle([...members]);
    return Array.from({ length: wanted }, (_, i) => some[i % some.length]!);
  });
  return random.shuffle(Uint32Array.from([...labels.keys(), ...more]));
}

function countClasses(labels: readonly number[]): number[] {
  const counts = EMOTIONS.map(() => 0);
  for (const label of labels) counts[label]!++;
  return counts;
}
