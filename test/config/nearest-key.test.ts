import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestKey, unknownWord } from '../../src/config/nearest-key.ts';

const KEYS = ['source', 'room', 'enabled', 'fps', 'width', 'username', 'stall_timeout'];

describe('nearestKey', () => {
  it.each([
    ['fsp', 'fps'],
    ['FPS', 'fps'],
    ['sorce', 'source'],
    ['souce', 'source'],
    ['enable', 'enabled'],
    ['stall_timout', 'stall_timeout'],
    ['stalltimeout', 'stall_timeout'],
    ['user', 'username'],
    ['width_px', 'width'],
  ])('takes %s for %s', (word, key) => {
    expect(nearestKey(word, KEYS)).toBe(key);
  });

  it.each(['colour', 'x', 'topic', ''])('takes %j for nothing known', (word) => {
    expect(nearestKey(word, KEYS)).toBeUndefined();
  });

  it('names what is known when nothing is near', () => {
    expect(unknownWord('key', 'colour', ['a', 'b'])).toBe('unknown key `colour`; known here: a, b');
  });
});

describe('editDistance', () => {
  const word = fc.string({ maxLength: 8 });

  it('is zero for equal words only, and the same both ways', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
      }),
    );
  });

  it('lies between the difference of the lengths and the longer length', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('counts a swap of neighbours as one', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 2, maxLength: 8 }), fc.nat(6), (text, at) => {
        const i = at % (text.length - 1);
        const swapped = text.slice(0, i) + text[i + 1]! + text[i]! + text.slice(i + 2);
        expect(editDistance(text, swapped)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
