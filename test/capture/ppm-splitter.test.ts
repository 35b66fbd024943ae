import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PpmSplitter } from '../../src/capture/ppm-splitter.ts';

function ppm(width: number, height: number, rgb: Uint8Array, space = '\n'): Buffer {
  return Buffer.concat([Buffer.from(`P6\n${width}${space}${height}\n255\n`), rgb]);
}

/** The stream cut at the given places. */
function cut(stream: Buffer, at: readonly number[]): Buffer[] {
  const cuts = [0, ...at.map((a) => a % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return cuts.slice(1).map((end, i) => stream.subarray(cuts[i], end));
}

const picture = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([width, height]) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    rgb: fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 }),
  }),
);

describe('PpmSplitter', () => {
  it('finds the same pictures however the stream is cut, sizes changing on the way', () => {
    fc.assert(
      fc.property(fc.array(picture, { maxLength: 5 }), fc.array(fc.nat(1000), { maxLength: 30 }), (pictures, cuts) => {
        const stream = Buffer.concat(pictures.map(({ width, height, rgb }) => ppm(width, height, rgb, ' ')));
        const splitter = new PpmSplitter();
        expect(cut(stream, cuts).flatMap((chunk) => splitter.push(chunk))).toEqual(pictures);
      }),
    );
  });

  it('gives pictures that later chunks do not overwrite', () => {
    const chunk = ppm(1, 1, Uint8Array.of(1, 2, 3));
    const [picture] = new PpmSplitter().push(chunk);
    chunk.fill(0);
    expect(picture?.rgb).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each([
    ['other bytes', Buffer.alloc(64, 0x41)],
    ['a grey picture', ppm(2, 2, new Uint8Array(4)).fill('5', 1, 2).fill(0x20, 12)],
    ['an empty picture', Buffer.from('P6\n0 5\n255\n')],
  ])('refuses %s', (_, stream) => {
    const splitter = new PpmSplitter();
    expect(() => splitter.push(Buffer.concat([stream, Buffer.alloc(64)]))).toThrow(/PPM/);
  });
});
