import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUGMENTATION, augmentInto, MIN_DEVIATION } from '../../../src/training/emotion/augment.ts';
import { buildBatch } from '../../../src/training/emotion/batch.ts';
import { PICTURE_PX } from '../../../src/training/emotion/data-set.ts';
import { planEpoch, RECIPE } from '../../../src/training/emotion/recipe.ts';
import { buildTargets } from '../../../src/training/emotion/targets.ts';
import { Random } from '../../../src/training/random.ts';
import { standardise } from '../../../src/vision/face-crop.ts';
import { syntheticFaces } from './synthetic-faces.ts';

const [face] = syntheticFaces(1, 3);

function augmented(seed: number, side: number, strength: number): Float32Array {
  const out = new Float32Array(side * side);
  augmentInto(new Random(seed), face!.pixels, side, strength, AUGMENTATION, out, 0);
  return out;
}

describe('augmentInto', () => {
  it('at strength 0 shows the picture as the daemon does, or its mirror image', () => {
    const expected = Float32Array.from(face!.pixels);
    standardise(expected, 0, PICTURE_PX, MIN_DEVIATION);
    const mirrored = expected.map((_, i) => expected[Math.floor(i / 48) * 48 + 47 - (i % 48)]!);
    const seen = [1, 2, 3, 4, 5, 6].map((seed) => {
      const out = augmented(seed, 48, 0);
      const distance = (a: Float32Array): number => a.reduce((most, v, i) => Math.max(most, Math.abs(v - out[i]!)), 0);
      expect(Math.min(distance(expected), distance(mirrored))).toBeLessThan(1e-4);
      return distance(expected) < 1e-4;
    });
    expect(new Set(seen).size).toBe(2);
  });

  it('is decided by the seed, and stays finite and standardised before erasing', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(32, 40, 48), (seed, side) => {
        const out = augmented(seed, side, 1);
        expect(out).toEqual(augmented(seed, side, 1));
        expect(out.every(Number.isFinite)).toBe(true);
        expect(Math.abs(out.reduce((a, b) => a + b, 0) / out.length)).toBeLessThan(0.6);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves its neighbours in the batch alone', () => {
    const out = new Float32Array(PICTURE_PX + 2).fill(9);
    augmentInto(new Random(1), face!.pixels, 48, 1, AUGMENTATION, out, 1);
    expect([out[0], out.at(-1)]).toEqual([9, 9]);
  });
});

describe('buildBatch', () => {
  const faces = syntheticFaces(14, 4);
  const targets = buildTargets(faces, 0.1);
  const chosen = Uint32Array.from([3, 9, 1, 13]);
  const weights = Float32Array.from([1, 1, 1, 1]);

  it('keeps targets that sum to one under mixup', () => {
    const { input, product, fer2013 } = buildBatch(
      new Random(2),
      faces,
      targets,
      { pictures: chosen, weights },
      {
        side: 32,
        strength: 1,
        mixup: 0.4,
      },
    );
    expect(input).toHaveLength(4 * 32 * 32);
    for (const rows of [product, fer2013])
      for (let i = 0; i < 4; i++) expect(rows.subarray(i * 7, i * 7 + 7).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it('gives each picture its own target without mixup', () => {
    const drawn = { pictures: chosen, weights };
    const { product } = buildBatch(new Random(2), faces, targets, drawn, { side: 32, strength: 0, mixup: 0 });
    chosen.forEach((index, i) => {
      expect(product[i * 7 + faces[index]!.label]).toBe(1);
    });
  });

  it("multiplies a picture's targets by its weight", () => {
    const drawn = { pictures: chosen, weights: Float32Array.from([1, 2, 1, 3]) };
    const { product } = buildBatch(new Random(2), faces, targets, drawn, { side: 32, strength: 0, mixup: 0 });
    const sums = [0, 1, 2, 3].map((i) => product.subarray(i * 7, i * 7 + 7).reduce((a, b) => a + b));
    expect(sums).toEqual([1, 2, 1, 3]);
  });
});

describe('planEpoch', () => {
  it('grows pictures and augmentation, and ends without mixup at full size', () => {
    const plans = Array.from({ length: 20 }, (_, epoch) => planEpoch({ ...RECIPE, epochs: 20, strength: 1 }, epoch));
    expect(plans[0]).toEqual({ side: 32, strength: 0.3, mixup: RECIPE.mixup, leaveOut: 0 });
    expect(plans[19]).toEqual({ side: 48, strength: 0.7, mixup: 0, leaveOut: 0 });
    const pruned = { ...RECIPE, epochs: 16, leaveOut: 0.5 };
    expect([13, 14].map((epoch) => planEpoch(pruned, epoch).leaveOut)).toEqual([0.5, 0]);
    for (let i = 1; i < 20; i++) {
      expect(plans[i]!.side).toBeGreaterThanOrEqual(plans[i - 1]!.side);
      if (i !== 16) expect(plans[i]!.strength).toBeGreaterThanOrEqual(plans[i - 1]!.strength);
    }
    expect(planEpoch({ ...RECIPE, progressive: false, growth: 0, strength: 1 }, 0)).toMatchObject({
      side: 48,
      strength: 1,
    });
  });
});
