import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxOfSquare,
  CHANNELS,
  cropChannel,
  squareAround,
  standardise,
  type Channel,
  type Pixels,
  type Square,
} from '../../src/vision/face-crop.ts';

/** A grey picture from a function of its pixels. */
function picture(width: number, height: number, value: (x: number, y: number) => number): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.fill(value(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
  return { width, height, rgb };
}

function cropped(pixels: Pixels, x: number, y: number, size: number, side: number): number[] {
  const out = new Float32Array(side * side);
  cropChannel(pixels, { x, y, size }, CHANNELS.grey, side, out);
  return [...out];
}

/** The same from the definition alone: pixel by pixel, whatever lies beyond the border is the border's. */
function plainCrop({ width, height, rgb }: Pixels, { x, y, size }: Square, channel: Channel, side: number): number[] {
  const scale = size / side;
  const shares = (start: number, i: number): (readonly [number, number])[] => {
    const from = start + i * scale;
    const centre = from + scale / 2 - 0.5;
    const near = Array.from({ length: Math.ceil(scale) + 3 }, (_, k) => Math.floor(Math.min(from, centre)) + k);
    return near.map((source) =>
      scale > 1
        ? [source, Math.max(0, Math.min(source + 1, from + scale) - Math.max(source, from)) / scale]
        : [source, Math.max(0, 1 - Math.abs(source - centre))],
    );
  };
  const within = (value: number, limit: number): number => Math.min(limit - 1, Math.max(0, value));
  return Array.from({ length: side * side }, (_, at) => {
    let value = 0;
    for (const [row, rowShare] of shares(y, Math.floor(at / side)))
      for (const [column, columnShare] of shares(x, at % side))
        for (let c = 0; c < 3; c++)
          value +=
            rowShare * columnShare * channel[c]! * rgb[(within(row, height) * width + within(column, width)) * 3 + c]!;
    return value;
  });
}

const RULE = { margin: 0.2, shiftDown: 0.1 };

describe('squareAround', () => {
  it('is as wide as the mean of the sides with its margin, lower by the shift', () => {
    expect(squareAround({ x: 10, y: 20, width: 80, height: 120 }, RULE)).toEqual({ x: -10, y: 30, size: 120 });
  });

  it('is undone by boxOfSquare', () => {
    const real = fc.double({ min: -500, max: 500, noNaN: true });
    fc.assert(
      fc.property(real, real, fc.double({ min: 2, max: 500, noNaN: true }), (x, y, size) => {
        const again = squareAround(boxOfSquare({ x, y, size }, RULE), RULE);
        expect(again.x).toBeCloseTo(x, 6);
        expect(again.y).toBeCloseTo(y, 6);
        expect(again.size).toBeCloseTo(size, 6);
      }),
    );
  });
});

describe('cropChannel', () => {
  it('copies pixels when nothing is scaled', () => {
    const source = picture(6, 5, (x, y) => 10 * y + x);
    const expected = [12, 13, 22, 23];
    cropped(source, 2, 1, 2, 2).forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i]!, 3);
    });
  });

  it('averages over area when it shrinks', () => {
    const checks = picture(8, 8, (x, y) => ((x + y) % 2) * 200);
    for (const v of cropped(checks, 0, 0, 8, 4)) expect(v).toBeCloseTo(100, 3);
    const wide = picture(3, 3, (x) => [0, 90, 240][x]!);
    // 1.5 px an output: all of the first and half of the second pixel, then the other half and the third.
    expect(cropped(wide, 0, 0, 3, 2)[0]).toBeCloseTo((0 + 45) / 1.5, 3);
    expect(cropped(wide, 0, 0, 3, 2)[1]).toBeCloseTo((45 + 240) / 1.5, 3);
  });

  it('is linear between pixel centres when it enlarges', () => {
    const ramp = picture(4, 4, (x) => 40 * x);
    const row = cropped(ramp, 0, 0, 4, 8).slice(0, 8);
    const expected = [0, 10, 30, 50, 70, 90, 110, 120];
    row.forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i]!, 3);
    });
  });

  it('repeats the border beyond the frame', () => {
    const ramp = picture(4, 4, (x) => 50 + 40 * x);
    expect(cropped(ramp, -100, -100, 10, 3).every((v) => Math.abs(v - 50) < 1e-3)).toBe(true);
    expect(cropped(ramp, 100, 2, 10, 3).every((v) => Math.abs(v - 170) < 1e-3)).toBe(true);
  });

  it('keeps a flat picture flat, wherever the square lies', () => {
    const flat = picture(9, 7, () => 123);
    const position = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(position, position, fc.double({ min: 1, max: 40, noNaN: true }), (x, y, size) => {
        for (const v of cropped(flat, x, y, size, 5)) expect(v).toBeCloseTo(123, 2);
      }),
    );
  });

  it('gives what the plain definition gives, inside the frame and across its border', () => {
    const position = fc.double({ min: -30, max: 40, noNaN: true });
    const source: Pixels = {
      width: 31,
      height: 23,
      rgb: Uint8Array.from({ length: 31 * 23 * 3 }, (_, i) => (i * i) % 251),
    };
    fc.assert(
      fc.property(position, position, fc.double({ min: 1, max: 60, noNaN: true }), (x, y, size) => {
        const out = new Float32Array(64);
        cropChannel(source, { x, y, size }, CHANNELS.grey, 8, out);
        const plain = plainCrop(source, { x, y, size }, CHANNELS.grey, 8);
        const worst = out.reduce((most, v, i) => Math.max(most, Math.abs(v - plain[i]!)), 0);
        expect(worst).toBeLessThan(1e-3);
      }),
    );
  });

  it('weighs colours by luma, or takes one of them, and spaces what it writes', () => {
    const red = { width: 1, height: 1, rgb: Uint8Array.of(200, 100, 50) };
    const out = new Float32Array(6).fill(-1);
    cropChannel(red, { x: 0, y: 0, size: 1 }, CHANNELS.grey, 1, out);
    expect(out[0]).toBeCloseTo(0.299 * 200 + 0.587 * 100 + 0.114 * 50, 3);
    cropChannel(red, { x: 0, y: 0, size: 1 }, CHANNELS.blue, 2, out, 1, 1);
    expect([...out.subarray(1, 5)]).toEqual([50, 50, 50, 50]);
    expect(out[5]).toBe(-1);
  });
});

describe('standardise', () => {
  it('gives mean 0 and variance 1 whatever the light was', () => {
    const light = fc.tuple(fc.double({ min: 0.5, max: 3, noNaN: true }), fc.double({ min: -50, max: 50, noNaN: true }));
    fc.assert(
      fc.property(light, ([gain, shift]) => {
        const values = Float32Array.from({ length: 64 }, (_, i) => 100 + 40 * Math.sin(i));
        const lit = values.map((v) => v * gain + shift);
        standardise(values, 0, 64, 1);
        standardise(lit, 0, 64, 1);
        lit.forEach((v, i) => {
          expect(v).toBeCloseTo(values[i]!, 2);
        });
        expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 3);
        expect(values.reduce((a, b) => a + b * b, 0) / 64).toBeCloseTo(1, 3);
      }),
    );
  });

  it('does not blow up noise, and leaves its neighbours alone', () => {
    const values = Float32Array.of(7, 100, 101, 100, 101, 9);
    standardise(values, 1, 4, 10);
    expect([...values].map((v) => Number(v.toFixed(4)))).toEqual([7, -0.05, 0.05, -0.05, 0.05, 9]);
  });
});
