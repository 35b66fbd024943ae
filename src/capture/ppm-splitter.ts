/** One picture of a PPM stream; `rgb` is its own copy. */
export interface PpmPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** `P6\n640 480\n255\n` and nothing else: what ffmpeg writes, and short enough to find in the first bytes. */
const HEADER = /^P6\s+(\d{1,5})\s+(\d{1,5})\s+255\s/;
const MAX_HEADER_BYTES = 32;

/**
 * Cuts a stream of binary PPM pictures (`-c:v ppm -f image2pipe`) into pictures. PPM, because every picture carries its
 * own size: nothing has to be asked beforehand, and a camera may change its resolution while it runs.
 */
export class PpmSplitter {
  #header = Buffer.alloc(0);
  #picture: { width: number; height: number; rgb: Uint8Array; filled: number } | undefined;

  /** The pictures that this chunk completes. Throws an `Error` when the stream is not PPM. */
  push(chunk: Uint8Array): PpmPicture[] {
    const pictures: PpmPicture[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#picture === undefined) {
        at = this.#readHeader(chunk, at);
        continue;
      }
      const { width, height, rgb, filled } = this.#picture;
      const taken = Math.min(rgb.length - filled, chunk.length - at);
      rgb.set(chunk.subarray(at, at + taken), filled);
      at += taken;
      this.#picture.filled += taken;
      if (this.#picture.filled < rgb.length) continue;
      pictures.push({ width, height, rgb });
      this.#picture = undefined;
    }
    return pictures;
  }

  /** Returns where the pixels begin, or the chunk's end when the header is not whole yet. */
  #readHeader(chunk: Uint8Array, at: number): number {
    const before = this.#header.length;
    const header = Buffer.concat([this.#header, chunk.subarray(at, at + MAX_HEADER_BYTES)]);
    const match = HEADER.exec(header.toString('latin1'));
    if (match === null) {
      if (header.length >= MAX_HEADER_BYTES) throw new Error('not a stream of PPM pictures');
      this.#header = header;
      return chunk.length;
    }
    const width = Number(match[1]);
    const height = Number(match[2]);
    if (width === 0 || height === 0) throw new Error('a PPM picture without pixels');
    this.#header = Buffer.alloc(0);
    this.#picture = { width, height, rgb: new Uint8Array(width * height * 3), filled: 0 };
    return at + match[0].length - before;
  }
}
