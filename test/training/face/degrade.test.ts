import { describe, expect, it } from 'vitest';
import { createDegrade } from '../../../src/training/face/degrade.ts';
import { Random } from '../../../src/training/random.ts';

const SIZE = 16;
const LENGTH = SIZE * SIZE * 3;

function degraded(seed: number): Float32Array {
  const out = new Float32Array(LENGTH * 2).fill(9);
  createDegrade(new Random(seed), SIZE)(
    Uint8Array.from({ length: LENGTH }, (_, i) => i % 256),
    out,
    LENGTH,
  );
  return out;
}

describe('createDegrade', () => {
  it('stays within −1 to 1 and writes only its own crop', () => {
    for (let seed = 0; seed < 100; seed++) {
      const out = degraded(seed);
      expect(out.subarray(0, LENGTH).every((value) => value === 9)).toBe(true);
      expect(out.subarray(LENGTH).every((value) => value >= -1 && value <= 1)).toBe(true);
    }
  });

  it('repeats itself for a seed and differs between seeds', () => {
    expect(degraded(1)).toEqual(degraded(1));
    expect(degraded(1)).not.toEqual(degraded(2));
  });

  it('takes the colour out of about three crops in ten', () => {
    const random = new Random(4);
    const degrade = createDegrade(random, SIZE);
    const out = new Float32Array(LENGTH);
    let grey = 0;
    for (let i = 0; i < 300; i++) {
      const crop = Uint8Array.from({ length: LENGTH }, (_, k) => [200, 60, 20][k % 3]!);
      degrade(crop, out, 0);
      // What differs after greying is white balance, noise and rounding only.
      if (Math.abs(crop[0]! - crop[1]!) <= 3) grey++;
    }
    expect(grey).toBeGreaterThan(60);
    expect(grey).toBeLessThan(120);
  });
});
