import { describe, expect, it } from 'vitest';
import { inRange } from '../../src/rules/match-mood.ts';

describe('inRange', () => {
  const range = { above: 0, below: 1 };

  it.each<[number | undefined, number, boolean]>([
    [0.5, 0, true],
    [0, 0, false],
    [1, 0, false],
    [1.05, 0.1, true],
    [-0.05, 0.1, true],
    [-0.1, 0.1, false],
    [undefined, 1, false],
  ])('%s with a slack of %d: %s', (value, slack, inside) => {
    expect(inRange(value, range, slack)).toBe(inside);
  });
});
