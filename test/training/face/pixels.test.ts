import { describe, expect, it } from 'vitest';
import { halve, PADDING, renderWindow, type Pixels } from '../../../src/training/face/pixels.ts';

/** A picture whose red rises with x and whose green rises with y. */
function ramp(width: number, height: number): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set([x * 10, y * 10, 7], (y * width + x) * 3);
  return { width, height, rgb };
}

const plain = { originX: 0, originY: 0, scale: 1, mirrored: false };

describe('renderWindow', () => {
  it('copies the picture at scale one and pads beyond it', () => {
    const out = new Uint8Array(6 * 6 * 3);
    renderWindow(ramp(4, 4), plain, 6, out);
    expect([...out.subarray(0, 18)]).toEqual([
      0,
      0,
      7,
      10,
      0,
      7,
      20,
      0,
      7,
      30,
      0,
      7,
      ...Array<number>(6).fill(PADDING),
    ]);
    expect([...out.subarray(5 * 18)]).toEqual(Array<number>(18).fill(PADDING));
  });

  it('mirrors', () => {
    const out = new Uint8Array(4 * 4 * 3);
    renderWindow(ramp(4, 4), { ...plain, mirrored: true }, 4, out);
    expect([out[0], out[3], out[6], out[9]]).toEqual([30, 20, 10, 0]);
  });

  it('interpolates between pixels when it enlarges', () => {
    const out = new Uint8Array(8 * 8 * 3);
    renderWindow(ramp(4, 4), { ...plain, scale: 2 }, 8, out);
    // Centres of output pixels lie at −0.25, 0.25, 0.75 … of the source.
    expect([0, 1, 2, 3].map((x) => out[(4 * 8 + x) * 3])).toEqual([0, 3, 8, 13]);
  });
});

describe('halve', () => {
  it('takes the mean of four', () => {
    expect([...halve(ramp(4, 2)).rgb]).toEqual([5, 5, 7, 25, 5, 7]);
  });
});
