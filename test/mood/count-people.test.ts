import { describe, expect, it } from 'vitest';
import { countPeople, type PeopleCount } from '../../src/mood/count-people.ts';

/** Faces a second, and the people counted; fewer after three seconds. */
const CASES: [name: string, faces: string, people: string][] = [
  ['counts more at once', '0123', '0123'],
  ['does not count a face out that turns away', '2212212', '2222222'],
  ['counts fewer after the delay', '2211111', '2222211'],
  ['counts the most that were seen meanwhile', '3301000', '3333311'],
  ['counts nobody in the end', '10000', '11110'],
];

describe('countPeople', () => {
  it.each(CASES)('%s', (_, faces, people) => {
    let count: PeopleCount | undefined;
    const counted = Array.from(faces, (seen, i) => (count = countPeople(count, Number(seen), i * 1000, 3000)).faces);
    expect(counted.join('')).toBe(people);
  });

  it('counts what is there without a delay', () => {
    expect(countPeople({ faces: 2, fewer: undefined }, 1, 0, 0)).toEqual({ faces: 1, fewer: undefined });
  });
});
