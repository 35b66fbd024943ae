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

  it('gives what the plain definition gives: each output pixel the mean of the area it covers', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const cases = fc.record({
      // 64 wide goes through the kernel for halves, 96 and 128 through squares, the others through weights.
      width: fc.constantFrom(64, 64, 64, 62, 96, 128, 40, 33),
      height: fc.integer({ min: 1, max: 140 }),
      colour: fc.constantFrom('rgb' as const, 'bgr' as const, 'grey' as const),
      layout: fc.constantFrom('NCHW' as const, 'NHWC' as const),
      mean: fc.tuple(byte, byte, byte),
      noise: fc.infiniteStream(byte),
      byteOffset: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ width, height, colour, layout, mean, noise, byteOffset }) => {
        const card = { ...input, width: 32, height: 32, multipleOf: 8, colour, layout, mean, scale: SCALE };
        const bytes = new Uint8Array(byteOffset + width * height * 3);
        const rgb = bytes.subarray(byteOffset);
        rgb.forEach((_, i) => (rgb[i] = i % 7 === 0 ? (noise.next().value as number) : (i * 31) % 256));
        const source = { camera: 'test', index: 0, atMs: 0, width, height, rgb };
        const placement = placeFrame(source, card);
        const out = render(source, card);
        const plain = plainly(source, placement, colour);
        let worst = 0;
        eachValue(placement, card, (at, x, y, c) => {
          const expected = (plain(x, y, c) - mean[c]!) * SCALE[c]!;
          worst = Math.max(worst, Math.abs(out[at]! - expected));
        });
        expect(worst).toBeLessThan(2e-3);
      }),
      { numRuns: 50 },
    );
  });

  it('halves a whole VGA frame, which it takes in several bands', () => {
    const source = frame(640, 480, (x, y) => [(x * 7 + y) % 256, (x + y * 5) % 256, (x * y) % 256]);
    const out = render(source, { ...input, layout: 'NCHW' });
    let wrong = 0;
    for (let y = 0; y < 240; y++)
      for (let x = 0; x < 320; x++)
        for (let c = 0; c < 3; c++) {
          const at = (y * 2 * 640 + x * 2) * 3 + c;
          const sum = source.rgb[at]! + source.rgb[at + 3]! + source.rgb[at + 1920]! + source.rgb[at + 1923]!;
          if (out[(c * 256 + y + 8) * 320 + x] !== sum / 4) wrong++;
        }
    expect(wrong).toBe(0);
  });

  it('renders frame after frame as if each were the first', () => {
    const noisy = (seed: number): Frame => frame(64, 48, (x, y) => [(x * seed) % 256, (y * seed) % 256, (x + y) % 256]);
    const card = { ...input, width: 32, height: 32, layout: 'NCHW' as const };
    const letterbox = createLetterbox(noisy(1), card);
    const out = new Float32Array(letterbox.length);
    for (const seed of [3, 5, 7]) {
      letterbox.render(noisy(seed), out);
      expect(out).toEqual(render(noisy(seed), card));
    }
  });
});

const SCALE: [number, number, number] = [1 / 127.5, 1 / 64, 0.5];

/** Visits each value of the input: where it lies, its pixel and its channel. */
function eachValue(
  { width, height }: { width: number; height: number },
  { layout, colour }: FaceInputCard,
  visit: (at: number, x: number, y: number, c: number) => void,
): void {
  const channels = colour === 'grey' ? 1 : 3;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        visit(layout === 'NCHW' ? (c * height + y) * width + x : (y * width + x) * channels + c, x, y, c);
}

type Shares = readonly (readonly { readonly from: number; readonly share: number }[])[];

/** For each output pixel of an axis, the source pixels under it and their shares; enlarging is bilinear. */
function sharesOf(length: number, scale: number): Shares {
  const reach = Math.max(1, 1 / scale) / 2;
  return Array.from({ length: Math.max(1, Math.round(length * scale)) }, (_, at) => {
    const centre = (at + 0.5) / scale;
    const covered = Array.from({ length }, (_, from) => ({
      from,
      share: Math.max(0, Math.min(centre + reach, from + 1) - Math.max(centre - reach, from)),
    })).filter(({ share }) => share > 0);
    const sum = covered.reduce((total, { share }) => total + share, 0);
    return covered.map(({ from, share }) => ({ from, share: share / sum }));
  });
}

/** The values of the input before they are normalised, from the definition alone. */
function plainly(
  { width, height, rgb }: Frame,
  { scale, offsetX, offsetY }: ReturnType<typeof placeFrame>,
  colour: FaceInputCard['colour'],
): (x: number, y: number, c: number) => number {
  const rows = sharesOf(height, scale);
  const columns = sharesOf(width, scale);
  return (x, y, c) => {
    const under = [rows[y - offsetY], columns[x - offsetX]] as const;
    if (!under[0] || !under[1]) return input.padding;
    const weights =
      colour === 'grey' ? [0.299, 0.587, 0.114] : [0, 1, 2].map((i) => +(i === (colour === 'rgb' ? c : 2 - c)));
    let value = 0;
    for (const row of under[0])
      for (const column of under[1])
        for (let i = 0; i < 3; i++)
          value += row.share * column.share * weights[i]! * rgb[(row.from * width + column.from) * 3 + i]!;
    return value;
  };
}
