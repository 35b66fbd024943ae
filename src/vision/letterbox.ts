import type { Frame } from '../capture/frame.ts';
import type { FaceInputCard } from './face-card.ts';

/** Where a frame came to lie in the network's input: input px = frame px × scale + offset. */
export interface Placement {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
  /** Of the whole input, in px. */
  readonly width: number;
  readonly height: number;
}

/** How a frame of this size fits into the card's input: as large as possible, centred, its shape kept. */
export function placeFrame(frame: Pick<Frame, 'width' | 'height'>, input: FaceInputCard): Placement {
  const scale = Math.min(input.width / frame.width, input.height / frame.height);
  const fit = (length: number, available: number): number =>
    input.multipleOf === undefined
      ? available
      : Math.min(available, Math.max(1, Math.ceil((length * scale - 0.01) / input.multipleOf)) * input.multipleOf);
  // A wide frame leaves the bottom of the input empty; what a network of free size need not look at, it is not given.
  const width = fit(frame.width, input.width);
  const height = fit(frame.height, input.height);
  return {
    scale,
    offsetX: Math.floor((width - Math.round(frame.width * scale)) / 2),
    offsetY: Math.floor((height - Math.round(frame.height * scale)) / 2),
    width,
    height,
  };
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
  const length = Math.max(1, Math.round(source * scale));
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

/** Renders frames of one size into the network's input; made once a frame size, it allocates nothing a frame. */
export interface Letterbox {
  readonly placement: Placement;
  /** Values a frame takes in `render`'s `out`. */
  readonly length: number;
  /** Fits the frame into `out` in the card's layout, colours and range. */
  render(frame: Frame, out: Float32Array): void;
}

export function createLetterbox(frame: Pick<Frame, 'width' | 'height'>, input: FaceInputCard): Letterbox {
  const placement = placeFrame(frame, input);
  const { width, height, offsetX, offsetY } = placement;
  const channels = input.colour === 'grey' ? 1 : 3;
  const columns = tapsOf(frame.width, placement.scale);
  const rows = tapsOf(frame.height, placement.scale);
  const planar = input.layout === 'NCHW';
  const pixelStep = planar ? 1 : channels;
  const channelStep = planar ? width * height : 1;
  const rowValues = columns.first.length * 3;
  // Neighbouring output rows share source rows: the last even and the last odd one stay narrowed.
  const narrowed = [new Float32Array(rowValues), new Float32Array(rowValues)] as const;
  const held = [-1, -1];
  const blended = new Float32Array(rowValues);
  const boxPx = wholeBoxPx(frame, placement.scale);

  const blendRows = (source: Frame, y: number): void => {
    for (let k = 0; k < rows.count[y]!; k++) {
      const row = rows.first[y]! + k;
      const slot = (row & 1) as 0 | 1;
      if (held[slot] !== row) narrowRow(source.rgb, row * source.width * 3, columns, narrowed[slot]);
      held[slot] = row;
      blendRow(narrowed[slot], rows.weights[y * rows.stride + k]!, k === 0, blended);
    }
  };

  return {
    placement,
    length: width * height * channels,
    render(source, out) {
      for (let c = 0; c < channels; c++) {
        const value = (input.padding - input.mean[c]!) * input.scale[c]!;
        if (planar) out.fill(value, c * channelStep, (c + 1) * channelStep);
        else for (let o = c; o < width * height * channels; o += channels) out[o] = value;
      }
      held.fill(-1);
      for (let y = 0; y < rows.first.length; y++) {
        if (boxPx === undefined) blendRows(source, y);
        else averageBoxes(source, y * boxPx, boxPx, blended);
        writeRow(blended, out, ((y + offsetY) * width + offsetX) * pixelStep, pixelStep, channelStep, input);
      }
    },
  };
}

/** The side of the squares that become a pixel, where the frame is shrunk by a whole number; else undefined. */
function wholeBoxPx(frame: Pick<Frame, 'width' | 'height'>, scale: number): number | undefined {
  const px = 1 / scale;
  return Number.isInteger(px) && frame.width % px === 0 && frame.height % px === 0 ? px : undefined;
}

/** A row of means of squares; whole numbers take a third of the time of weights, and cameras' sizes mostly divide. */
function averageBoxes({ rgb, width }: Frame, firstRow: number, boxPx: number, out: Float32Array): void {
  if (boxPx === 2) {
    averagePairs(rgb, firstRow * width * 3, width * 3, out);
    return;
  }
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

/** The usual case, VGA into 320 px, without the inner loops: another third of the time. */
function averagePairs(rgb: Uint8Array, at: number, rowBytes: number, out: Float32Array): void {
  for (let o = 0, a = at, b = at + rowBytes; o < out.length; o += 3, a += 6, b += 6) {
    out[o] = (rgb[a]! + rgb[a + 3]! + rgb[b]! + rgb[b + 3]!) / 4;
    out[o + 1] = (rgb[a + 1]! + rgb[a + 4]! + rgb[b + 1]! + rgb[b + 4]!) / 4;
    out[o + 2] = (rgb[a + 2]! + rgb[a + 5]! + rgb[b + 2]! + rgb[b + 5]!) / 4;
  }
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

/** One finished row, in the network's colours and range. */
function writeRow(
  rgb: Float32Array,
  out: Float32Array,
  at: number,
  pixelStep: number,
  channelStep: number,
  { colour, mean, scale }: FaceInputCard,
): void {
  if (colour === 'grey') {
    // ITU-R BT.601 luma, as OpenCV's and sharp's grey
    for (let i = 0, o = at; i < rgb.length; i += 3, o += pixelStep)
      out[o] = (0.299 * rgb[i]! + 0.587 * rgb[i + 1]! + 0.114 * rgb[i + 2]! - mean[0]) * scale[0];
    return;
  }
  for (let c = 0; c < 3; c++) {
    const channelMean = mean[c]!;
    const channelScale = scale[c]!;
    const from = colour === 'rgb' ? c : 2 - c;
    for (let i = from, o = at + c * channelStep; i < rgb.length; i += 3, o += pixelStep)
      out[o] = (rgb[i]! - channelMean) * channelScale;
  }
}
