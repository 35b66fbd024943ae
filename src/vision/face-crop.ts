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

/** Which square of the frame the network is shown, relative to the detector's box; it is part of the model's card. */
export interface CropRule {
  /** The square's side is the mean of the box's sides times 1 + `margin`; a negative one crops tighter. */
  readonly margin: number;
  /** How far the square's centre lies below the box's, as a share of the mean of the box's sides. */
  readonly shiftDown: number;
}

/**
 * The square around a face's box. The mean of the sides, because detectors' boxes differ more in height, with hair and
 * beard, than faces do in scale.
 */
export function squareAround(box: Box, { margin, shiftDown }: CropRule): Square {
  const side = Math.max(1, (box.width + box.height) / 2);
  const size = side * (1 + margin);
  return { x: box.x + (box.width - size) / 2, y: box.y + (box.height - size) / 2 + shiftDown * side, size };
}

/** Shares of red, green and blue in a value: ITU-R BT.601 luma, and the plain channels. */
export const CHANNELS = { grey: [0.299, 0.587, 0.114], red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1] } as const;
export type Channel = (typeof CHANNELS)[keyof typeof CHANNELS];

/**
 * Writes one channel of the square as `side` × `side` values (0 to 255, row-major) to `out` from `offset`, `step` apart.
 * Shrinks by averaging over area, enlarges bilinearly, and repeats the border's pixels beyond the frame.
 */
export function cropChannel(
  pixels: Pixels,
  square: Square,
  channel: Channel,
  side: number,
  out: Float32Array,
  offset = 0,
  step = 1,
): void {
  const columns = resampling(square.x, square.size, side, pixels.width);
  const rows = resampling(square.y, square.size, side, pixels.height);
  const left = columns.first[0]!;
  const strip = new Float32Array(columns.first[side - 1]! + columns.count[side - 1]! - left);
  // Rows first: each source pixel is then weighed once or twice, and not with every output that it touches.
  for (let y = 0; y < side; y++) {
    strip.fill(0);
    for (let r = 0; r < rows.count[y]!; r++)
      addRow(pixels, rows.first[y]! + r, left, channel, rows.weights[y * rows.stride + r]!, strip);
    for (let x = 0, i = offset + y * side * step; x < side; x++, i += step) {
      let sum = 0;
      const first = columns.first[x]! - left;
      for (let k = 0, w = x * columns.stride; k < columns.count[x]!; k++, w++)
        sum += columns.weights[w]! * strip[first + k]!;
      out[i] = sum;
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

/** For each of `side` outputs, the source pixels `first` … `first + count` and their weights, which sum to one. */
interface Resampling {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `stride` weights an output. */
  readonly weights: Float32Array;
  readonly stride: number;
}

function resampling(start: number, size: number, side: number, limit: number): Resampling {
  const scale = size / side;
  const stride = scale > 1 ? Math.ceil(scale) + 1 : 2;
  const first = new Int32Array(side);
  const count = new Int32Array(side);
  const weights = new Float32Array(side * stride);
  for (let i = 0; i < side; i++) {
    const from = start + i * scale;
    // Enlarging: linear between the two nearest pixel centres. Shrinking: by the covered length of each pixel.
    const centre = from + scale / 2 - 0.5;
    const nearest = scale > 1 ? Math.floor(from) : Math.floor(centre);
    // Pixels beyond the frame are its border's, so their weights are added there.
    first[i] = Math.min(limit - 1, Math.max(0, nearest));
    for (let k = 0; k < stride; k++) {
      const source = nearest + k;
      const weight =
        scale > 1
          ? Math.max(0, Math.min(source + 1, from + scale) - Math.max(source, from)) / scale
          : Math.max(0, 1 - Math.abs(source - centre));
      if (weight === 0) continue;
      const at = Math.min(limit - 1, Math.max(0, source)) - first[i]!;
      weights[i * stride + at]! += weight;
      count[i] = Math.max(count[i]!, at + 1);
    }
  }
  return { first, count, weights, stride };
}

/** Adds a part of a source row, from pixel `left` on and as long as `strip`, to it. */
function addRow(
  { rgb, width }: Pixels,
  row: number,
  left: number,
  [red, green, blue]: Channel,
  weight: number,
  strip: Float32Array,
): void {
  const [r, g, b] = [weight * red, weight * green, weight * blue];
  for (let x = 0, i = (row * width + left) * 3; x < strip.length; x++, i += 3)
    strip[x]! += r * rgb[i]! + g * rgb[i + 1]! + b * rgb[i + 2]!;
}

/** The box whose square, by `squareAround`, is this one: for pictures that are already cropped. */
export function boxOfSquare(square: Square, { margin, shiftDown }: CropRule): Box {
  const side = square.size / (1 + margin);
  const inset = (square.size - side) / 2;
  return { x: square.x + inset, y: square.y + inset - shiftDown * side, width: side, height: side };
}
