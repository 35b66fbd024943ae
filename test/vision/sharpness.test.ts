import { describe, expect, it } from 'vitest';
import { Random } from '../../src/training/random.ts';
import { sharpness } from '../../src/vision/sharpness.ts';

const SIDE = 48;
const GREY = { width: SIDE, height: SIDE, colour: 'grey', layout: 'NCHW' } as const;

/** Waves of so many px from crest to crest. */
function waves(px: number, side = SIDE): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => Math.sin((2 * Math.PI * (i % side)) / px));
}

describe('sharpness', () => {
  it('of a wave follows from its length: (2 − 2 cos ω)²', () => {
    for (const px of [4, 6, 12]) {
      const omega = (2 * Math.PI) / px;
      // 46 columns are not whole waves, so their variance is off by a little
      expect(sharpness(waves(px), 0, GREY) / (2 - 2 * Math.cos(omega)) ** 2).toBeCloseTo(1, 1);
    }
  });

  it('does not depend on light, contrast or normalisation', () => {
    const wave = waves(7);
    const changed = wave.map((v) => 40 * v + 128);
    expect(sharpness(changed, 0, GREY)).toBeCloseTo(sharpness(wave, 0, GREY), 4);
  });

  it('does not depend on the size of the input, for the same face', () => {
    const small = sharpness(waves(12), 0, GREY);
    const large = sharpness(waves(24, 96), 0, { ...GREY, width: 96, height: 96 });
    expect(large / small).toBeCloseTo(1, 1);
  });

  it('reads the first channel, whatever the layout, from the offset on', () => {
    const random = new Random(1);
    const red = Float32Array.from({ length: SIDE * SIDE }, () => random.normal());
    const other = waves(30);
    const expected = sharpness(red, 0, GREY);
    const planes = Float32Array.of(9, 9, ...red, ...other, ...other);
    expect(sharpness(planes, 2, { ...GREY, colour: 'rgb' })).toBeCloseTo(expected, 6);
    const mixed = Float32Array.of(9, 9, ...[...red].flatMap((v, i) => [v, other[i]!, other[i]!]));
    expect(sharpness(mixed, 2, { ...GREY, colour: 'rgb', layout: 'NHWC' })).toBeCloseTo(expected, 6);
  });

  it('of an even picture is 0', () => {
    expect(sharpness(new Float32Array(SIDE * SIDE).fill(0.7), 0, GREY)).toBe(0);
  });
});
