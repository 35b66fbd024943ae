import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/capture/frame.ts';
import type { FaceInputCard } from '../../src/vision/face-card.ts';
import { createLetterbox, placeFrame } from '../../src/vision/letterbox.ts';

const input: FaceInputCard = {
  name: 'image',
  layout: 'NHWC',
  colour: 'rgb',
  mean: [0, 0, 0],
  scale: [1, 1, 1],
  width: 320,
  height: 256,
  multipleOf: 32,
  padding: 127,
};

function frame(width: number, height: number, pixel: (x: number, y: number) => readonly number[]): Frame {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(pixel(x, y), (y * width + x) * 3);
  return { camera: 'test', index: 0, atMs: 0, width, height, rgb };
}

function render(source: Frame, card: FaceInputCard): Float32Array {
  const letterbox = createLetterbox(source, card);
  const out = new Float32Array(letterbox.length).fill(NaN);
  letterbox.render(source, out);
  return out;
}

describe('placeFrame', () => {
  it('centres a VGA frame in 320×256 at half its size', () => {
    expect(placeFrame({ width: 640, height: 480 }, input)).toEqual({
      scale: 0.5,
      offsetX: 0,
      offsetY: 8,
      width: 320,
      height: 256,
    });
  });

  it('gives a network of free size no more rows than a wide frame fills', () => {
    expect(placeFrame({ width: 1280, height: 720 }, input)).toMatchObject({ scale: 0.25, width: 320, height: 192 });
  });

  it('keeps to the fixed size of other networks', () => {
    const fixed = { ...input };
    delete fixed.multipleOf;
    expect(placeFrame({ width: 1280, height: 720 }, fixed)).toMatchObject({ width: 320, height: 256, offsetY: 38 });
  });

  it('keeps every frame inside, in multiples of the card', () => {
    const side = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const placement = placeFrame({ width, height }, input);
        expect(placement.width % 32).toBe(0);
        expect(placement.height % 32).toBe(0);
        expect(placement.offsetX).toBeGreaterThanOrEqual(0);
        expect(placement.offsetY).toBeGreaterThanOrEqual(0);
        expect(placement.offsetX + Math.round(width * placement.scale)).toBeLessThanOrEqual(placement.width);
        expect(placement.offsetY + Math.round(height * placement.scale)).toBeLessThanOrEqual(placement.height);
        expect(placement.width).toBeLessThanOrEqual(320);
        expect(placement.height).toBeLessThanOrEqual(256);
      }),
    );
  });
});

describe('createLetterbox', () => {
  const small = { ...input, width: 4, height: 4, multipleOf: 4 };

  it('averages the pixels that an output pixel covers', () => {
    const out = render(
      frame(8, 8, (x, y) => [x * 10, y * 10, (x + y) % 2 === 0 ? 0 : 100]),
      small,
    );
    expect([...out.subarray(0, 6)]).toEqual([5, 5, 50, 25, 5, 50]);
  });

  it('keeps the mean of a picture at any shrinking factor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), (side) => {
        const out = render(
          frame(side, side, (x) => [x, 0, 0]),
          small,
        );
        const mean = out.filter((_, i) => i % 3 === 0).reduce((a, b) => a + b, 0) / 16;
        expect(mean).toBeCloseTo((side - 1) / 2, 3);
      }),
    );
  });

  it('gives the same for whole factors as for the nearest broken one', () => {
    const pixel = (x: number, y: number): number[] => [x * 3, y * 2, (x * y) % 256];
    // 64 px into 32 is averaged in squares; one more column makes the factor broken and goes the weighted way.
    const card = { ...input, width: 32, height: 32 };
    const whole = render(frame(64, 64, pixel), card);
    const broken = render(frame(64, 65, pixel), card);
    const middle = (out: Float32Array): number => out[(16 * 32 + 16) * 3]!;
    expect(Math.abs(middle(whole) - middle(broken))).toBeLessThan(4);
    expect(middle(whole)).toBeCloseTo(32.5 * 3, 5);
  });

  it('interpolates when it enlarges', () => {
    const out = render(
      frame(2, 2, (x) => [x * 100, 0, 0]),
      small,
    );
    expect([0, 1, 2, 3].map((x) => out[x * 3])).toEqual([0, 25, 75, 100]);
  });

  it('pads around the frame', () => {
    const out = render(
      frame(8, 4, () => [10, 20, 30]),
      { ...small, multipleOf: 4 },
    );
    expect([...out.subarray(0, 3)]).toEqual([127, 127, 127]);
    expect([...out.subarray(12, 15)]).toEqual([10, 20, 30]);
    expect([...out.subarray(45, 48)]).toEqual([127, 127, 127]);
  });

  it('writes planes, and blue first where the card says so', () => {
    const out = render(
      frame(4, 4, () => [10, 20, 30]),
      { ...small, layout: 'NCHW', colour: 'bgr' },
    );
    expect([out[0], out[16], out[32]]).toEqual([30, 20, 10]);
  });

  it('normalises each channel of the network', () => {
    const out = render(
      frame(4, 4, () => [10, 20, 30]),
      { ...small, mean: [10, 10, 10], scale: [1, 0.5, 0.1] },
    );
    expect([out[0], out[1], out[2]!.toFixed(4)]).toEqual([0, 5, '2.0000']);
  });

  it('turns colours to luma for grey networks', () => {
    const out = render(
      frame(4, 4, () => [100, 100, 100]),
      { ...small, colour: 'grey' },
    );
    expect(out).toHaveLength(16);
    expect(out[5]).toBeCloseTo(100, 3);
  });

  it('survives a frame of one pixel', () => {
    const out = render(
      frame(1, 1, () => [50, 60, 70]),
      small,
    );
    expect([...out.subarray(45, 48)]).toEqual([50, 60, 70]);
  });
});
