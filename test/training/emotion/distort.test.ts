import { describe, expect, it } from 'vitest';
import { PICTURE_PX, SIDE } from '../../../src/training/emotion/data-set.ts';
import { DISTORTIONS } from '../../../src/training/emotion/distort.ts';

const ramp = Uint8Array.from({ length: PICTURE_PX }, (_, i) => 2 * (i % SIDE) + Math.floor(i / SIDE));
const at = (pixels: Uint8Array, x: number, y: number): number => pixels[y * SIDE + x]!;

function distorted(name: string): Uint8Array {
  return DISTORTIONS[name]!(ramp);
}

describe('DISTORTIONS', () => {
  it.each(Object.keys(DISTORTIONS))('%s changes the picture, not its size, nor a flat one beyond its level', (name) => {
    expect(distorted(name)).toHaveLength(PICTURE_PX);
    expect(distorted(name)).not.toEqual(ramp);
    const flat = DISTORTIONS[name]!(new Uint8Array(PICTURE_PX).fill(100));
    expect(new Set(flat).size).toBe(1);
  });

  it('crops about the centre', () => {
    expect(at(distorted('crop −15 %'), 47, 24) - at(distorted('crop −15 %'), 0, 24)).toBeCloseTo(2 * 47 * 0.85, -0.5);
    expect(at(distorted('crop +15 %'), 0, 24)).toBe(at(ramp, 0, 24));
  });

  it('turns clockwise', () => {
    const dot = new Uint8Array(PICTURE_PX);
    for (const y of [4, 5, 6]) for (const x of [23, 24]) dot[y * SIDE + x] = 255;
    const turned = DISTORTIONS['rotation +20°']!(dot);
    const brightest = turned.indexOf(Math.max(...turned)) % SIDE;
    expect(brightest).toBeGreaterThan(27);
  });

  it('mirrors, brightens, occludes', () => {
    expect(at(distorted('mirrored'), 0, 10)).toBe(at(ramp, 47, 10));
    expect(at(distorted('brightness +40 %'), 10, 10)).toBe(Math.round(1.4 * at(ramp, 10, 10)));
    expect(at(distorted('upper half occluded'), 5, 3)).toBe(at(distorted('upper half occluded'), 40, 20));
    expect(at(distorted('upper half occluded'), 5, 30)).toBe(at(ramp, 5, 30));
  });
});
