import type { Frame } from '../capture/frame.ts';

type Size = Pick<Frame, 'width' | 'height'>;

/** What a length becomes, in whole px. */
export function shrunk(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale));
}

/** Writes row `y` of the shrunk (or enlarged) frame to `out` as RGB, 0 to 255. Call it with growing `y`, from 0 on. */
export type RowReader = (frame: Frame, y: number, out: Float32Array) => void;

/** Resamples frames of one size row by row; made once a size, it allocates nothing a frame. */
export function createRowReader(frame: Size, scale: number): RowReader {
  const boxPx = wholeBoxPx(frame, scale);
  if (boxPx !== undefined)
    return (source, y, out) => {
      averageBoxes(source, y * boxPx, boxPx, out);
    };
  const columns = tapsOf(frame.width, scale);
  const rows = tapsOf(frame.height, scale);
  const rowValues = columns.first.length * 3;
  // Neighbouring output rows share source rows: the last even and the last odd one stay narrowed.
  const narrowed = [new Float32Array(rowValues), new Float32Array(rowValues)] as const;
  const held = [-1, -1];
  return (source, y, out) => {
    if (y === 0) held.fill(-1);
    for (let k = 0; k < rows.count[y]!; k++) {
      const row = rows.first[y]! + k;
      const slot = (row & 1) as 0 | 1;
      if (held[slot] !== row) narrowRow(source.rgb, row * source.width * 3, columns, narrowed[slot]);
      held[slot] = row;
      blendRow(narrowed[slot], rows.weights[y * rows.stride + k]!, k === 0, out);
    }
  };
}

/** The side of the squares that become a pixel, where the frame is shrunk by a whole number; else undefined. */
function wholeBoxPx(frame: Pick<Frame, 'width' | 'height'>, scale: number): number | undefined {
  const px = 1 / scale;
  return Number.isInteger(px) && frame.width % px === 0 && frame.height % px === 0 ? px : undefined;
}

/** A row of means of squares; whole numbers take a third of the time of weights, and cameras' sizes mostly divide. */
function averageBoxes({ rgb, width }: Frame, firstRow: number, boxPx: number, out: Float32Array): void {
  out.fill(0);
  for (let row = firstRow; row < firstRow + boxPx; row++) {
    let i = row * width * 3;
    for (let o = 0; o < out.length; o += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = 0; k < boxPx; k++, i += 3) {
        red += rgb[i]!;
        green += rgb[i + 1]!;
        blue += rgb[i + 2]!;
      }
      out[o]! += red;
      out[o + 1]! += green;
      out[o + 2]! += blue;
    }
  }
  for (let o = 0; o < out.length; o++) out[o]! /= boxPx * boxPx;
}

/** Weights with which source pixels make each output pixel of one axis. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `stride` weights an output pixel. */
  readonly weights: Float32Array;
  readonly stride: number;
}

/** Shrinking averages the area a pixel covers, so that nothing flickers between pixels; enlarging is bilinear. */
function tapsOf(source: number, scale: number): Taps {
  const length = shrunk(source, scale);
  const reach = scale < 1 ? 1 / scale : 1;
  const stride = Math.ceil(reach) + 2;
  const taps = {
    first: new Int32Array(length),
    count: new Int32Array(length),
    weights: new Float32Array(length * stride),
    stride,
  };
  for (let i = 0; i < length; i++) {
    const centre = (i + 0.5) / scale;
    const low = centre - reach / 2;
    const high = centre + reach / 2;
    const from = Math.max(0, Math.floor(low));
    const to = Math.min(source, Math.ceil(high));
    taps.first[i] = Math.min(from, source - 1);
    taps.count[i] = Math.max(1, to - taps.first[i]!);
    let sum = 0;
    for (let s = from; s < to; s++) {
      const covered = Math.min(high, s + 1) - Math.max(low, s);
      taps.weights[i * stride + s - from] = covered;
      sum += covered;
    }
    if (sum <= 0) taps.weights[i * stride] = sum = 1;
    for (let s = 0; s < taps.count[i]!; s++) taps.weights[i * stride + s]! /= sum;
  }
  return taps;
}

/** One row of the source at the width of the output. */
function narrowRow(rgb: Uint8Array, at: number, columns: Taps, out: Float32Array): void {
  const { first, count, weights, stride } = columns;
  for (let x = 0, o = 0; x < first.length; x++) {
    let i = at + first[x]! * 3;
    let w = x * stride;
    const end = w + count[x]!;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (; w < end; w++, i += 3) {
      const weight = weights[w]!;
      red += weight * rgb[i]!;
      green += weight * rgb[i + 1]!;
      blue += weight * rgb[i + 2]!;
    }
    out[o++] = red;
    out[o++] = green;
    out[o++] = blue;
  }
}

function blendRow(values: Float32Array, weight: number, first: boolean, out: Float32Array): void {
  if (first) for (let i = 0; i < out.length; i++) out[i] = weight * values[i]!;
  else for (let i = 0; i < out.length; i++) out[i]! += weight * values[i]!;
}
