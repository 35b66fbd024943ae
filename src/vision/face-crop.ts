import type { Frame } from '../capture/frame.ts';
import type { Box } from './face.ts';

/** Pixels that a crop is taken from. */
export type Pixels = Pick<Frame, 'width' | 'height' | 'rgb'>;

/** An upright square in px of the frame; it may reach beyond the frame's border. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/**
 * The square around a face's box: as wide as the mean of the box's sides (a detector's faces differ more in height,
 * with hair and beard, than in scale), times 1 + `margin`, on the same centre. A negative margin crops tighter.
 */
export function squareAround(box: Box, margin: number): Square {
  const size = Math.max(1, ((box.width + box.height) / 2) * (1 + margin));
  return { x: box.x + (box.width - size) / 2, y: box.y + (box.height - size) / 2, size };
}

/**
 * Writes the square as `side` × `side` grey values (ITU-R BT.601 luma, 0 to 255, row-major) to `out` from `offset`.
 * Shrinks by averaging over area, enlarges bilinearly, and repeats the border's pixels beyond the frame.
 */
export function cropGrey(pixels: Pixels, square: Square, side: number, out: Float32Array, offset = 0): void {
  const columns = resampling(square.x, square.size, side, pixels.width);
  const rows = resampling(square.y, square.size, side, pixels.height);
  out.fill(0, offset, offset + side * side);
  const line = new Float32Array(side);
  let lineRow = -1;
  for (let y = 0; y < side; y++) {
    for (let r = 0; r < rows.count; r++) {
      const weight = rows.weights[y * rows.count + r]!;
      if (weight === 0) continue;
      const row = rows.sources[y * rows.count + r]!;
      if (row !== lineRow) {
        resampleRow(pixels, row, columns, line);
        lineRow = row;
      }
      const start = offset + y * side;
      for (let x = 0; x < side; x++) out[start + x]! += weight * line[x]!;
    }
  }
}

/**
 * Shifts and scales `count` values from `offset` to mean 0 and variance 1, so that lighting does not matter.
 * `minDeviation` (in the values' unit) keeps noise in a flat picture from being blown up.
 */
export function standardise(values: Float32Array, offset: number, count: number, minDeviation: number): void {
  let sum = 0;
  let squares = 0;
  for (let i = offset; i < offset + count; i++) {
    const v = values[i]!;
    sum += v;
    squares += v * v;
  }
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  const scale = 1 / Math.max(deviation, minDeviation);
  for (let i = offset; i < offset + count; i++) values[i] = (values[i]! - mean) * scale;
}

/** For each of `side` outputs, `count` source indices with weights that sum to one. */
interface Resampling {
  readonly count: number;
  readonly sources: Int32Array;
  readonly weights: Float32Array;
}

function resampling(start: number, size: number, side: number, limit: number): Resampling {
  const scale = size / side;
  const count = scale > 1 ? Math.ceil(scale) + 1 : 2;
  const sources = new Int32Array(side * count);
  const weights = new Float32Array(side * count);
  for (let i = 0; i < side; i++) {
    const from = start + i * scale;
    // Enlarging: linear between the two nearest pixel centres. Shrinking: by the covered length of each pixel.
    const centre = from + scale / 2 - 0.5;
    const first = scale > 1 ? Math.floor(from) : Math.floor(centre);
    for (let k = 0; k < count; k++) {
      const source = first + k;
      const weight =
        scale > 1
          ? Math.max(0, Math.min(source + 1, from + scale) - Math.max(source, from)) / scale
          : Math.max(0, 1 - Math.abs(source - centre));
      sources[i * count + k] = Math.min(limit - 1, Math.max(0, source));
      weights[i * count + k] = weight;
    }
  }
  return { count, sources, weights };
}

function resampleRow({ rgb, width }: Pixels, row: number, columns: Resampling, line: Float32Array): void {
  const { count, sources, weights } = columns;
  const start = row * width;
  for (let x = 0; x < line.length; x++) {
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = weights[x * count + k]!;
      if (weight === 0) continue;
      const i = (start + sources[x * count + k]!) * 3;
      sum += weight * (0.299 * rgb[i]! + 0.587 * rgb[i + 1]! + 0.114 * rgb[i + 2]!);
    }
    line[x] = sum;
  }
}
