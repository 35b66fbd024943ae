import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MultipartSplitter } from '../../src/capture/multipart-splitter.ts';

const A = Buffer.from([0xff, 0xd8, 0x0d, 0x0a, 0x2d, 0x2d, 0x0d, 0x0a, 0x0d, 0x0a, 0xff, 0xd9]);
const B = Buffer.from([0xff, 0xd8, 0x00, 0xff, 0xd9]);

interface Dialect {
  readonly eol: string;
  readonly length: boolean;
  /** Between the parts, after the dashes. */
  readonly boundary: string;
  readonly contentType: string;
}

function body({ eol, length, boundary }: Dialect, parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`--${boundary}${eol}Content-Type: image/jpeg${eol}`),
      Buffer.from(length ? `Content-Length: ${part.length}${eol}${eol}` : eol),
      part,
      Buffer.from(eol),
    ]),
    Buffer.from(`--${boundary}${eol}`),
  ]);
}

const usual: Dialect = {
  eol: '\r\n',
  length: true,
  boundary: 'cam',
  contentType: 'multipart/x-mixed-replace; boundary=cam',
};

const dialects: [string, Dialect][] = [
  ['with lengths', usual],
  ['without lengths', { ...usual, length: false }],
  ['with bare line feeds', { ...usual, eol: '\n' }],
  ['with bare line feeds and no lengths', { ...usual, eol: '\n', length: false }],
  ['with the dashes in the header', { ...usual, contentType: 'multipart/x-mixed-replace;boundary=--cam' }],
  ['with a quoted boundary', { ...usual, contentType: 'multipart/x-mixed-replace; boundary="cam"; x=y' }],
  ['with an unnamed boundary', { ...usual, length: false, contentType: 'multipart/x-mixed-replace' }],
  [
    'with a boundary of dashes only in the body',
    { ...usual, boundary: '--x', contentType: 'multipart/x-mixed-replace; boundary=----x' },
  ],
];

function split(contentType: string, stream: Buffer, cuts: readonly number[] = []): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  const splitter = new MultipartSplitter(contentType);
  return at.slice(1).flatMap((end, i) => splitter.push(stream.subarray(at[i], end)).map((part) => Buffer.from(part)));
}

describe('MultipartSplitter', () => {
  it.each(dialects)('reads a stream %s, however it is cut', (_, dialect) => {
    const stream = body(dialect, [A, B, A]);
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 40 }), (cuts) => {
        expect(split(dialect.contentType, stream, cuts)).toEqual([A, B, A]);
      }),
    );
  });

  it('skips what comes before the first boundary', () => {
    const stream = Buffer.concat([Buffer.from('ignore me\r\n\r\n'), body(usual, [B])]);
    expect(split(usual.contentType, stream)).toEqual([B]);
  });

  it('finds the next picture after a wrong length', () => {
    const short = Buffer.from('--cam\r\nContent-Length: 3\r\n\r\n');
    const stream = Buffer.concat([short, A, Buffer.from('\r\n'), body(usual, [B])]);
    expect(split(usual.contentType, stream)).toEqual([A.subarray(0, 3), B]);
  });

  it('does not believe a length of zero', () => {
    const zero = Buffer.from('--cam\r\nContent-Length: 0\r\n\r\n');
    expect(split(usual.contentType, Buffer.concat([zero, B, Buffer.from('\r\n'), body(usual, [A])]))).toEqual([B, A]);
  });

  it.each([
    ['a part that never ends', Buffer.from('--cam\r\n\r\n'), 17],
    ['a stream without a boundary', Buffer.alloc(0), 17],
    ['a length beyond reason', Buffer.from('--cam\r\nContent-Length: 99999999999\r\n\r\n'), 1],
    ['a head that never ends', Buffer.from('--cam\r\n'), 1],
  ])('gives up on %s', (_, start, mebibytes) => {
    const splitter = new MultipartSplitter(usual.contentType);
    splitter.push(start.subarray(0, 2));
    expect(() => {
      splitter.push(start.subarray(2));
      for (let i = 0; i < mebibytes; i++) splitter.push(Buffer.alloc(1024 * 1024, 0x41));
    }).toThrow(/picture/);
  });
});
