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
  const channels = input.colour === 'grey' ? 1 : 3;
  const columns = tapsOf(frame.width, placement.scale);
  const rows = tapsOf(frame.height, placement.scale);
  const blended = new Float32Array(frame.width * 3);
  const { width, height } = placement;
  const planar = input.layout === 'NCHW';
  const pixelStep = planar ? 1 : channels;
  const channelStep = planar ? width * height : 1;
  const mean = input.mean;
  const scale = input.scale;

  const fillPadding = (out: Float32Array): void => {
    for (let c = 0; c < channels; c++) {
      const value = (input.padding - mean[c]!) * scale[c]!;
      for (let i = 0, o = c * channelStep; i < width * height; i++, o += pixelStep) out[o] = value;
    }
  };

  const renderRow = (out: Float32Array, at: number): void => {
    for (let x = 0, o = at; x < columns.first.length; x++, o += pixelStep) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let s = columns.first[x]! * 3;
      const weights = x * columns.stride;
      for (let k = 0; k < columns.count[x]!; k++, s += 3) {
        const weight = columns.weights[weights + k]!;
        red += weight * blended[s]!;
        green += weight * blended[s + 1]!;
        blue += weight * blended[s + 2]!;
      }
      if (channels === 1) {
        // ITU-R BT.601 luma, as OpenCV's and sharp's grey
        out[o] = (0.299 * red + 0.587 * green + 0.114 * blue - mean[0]) * scale[0];
        continue;
      }
      out[o] = ((input.colour === 'rgb' ? red : blue) - mean[0]) * scale[0];
      out[o + channelStep] = (green - mean[1]) * scale[1];
      out[o + 2 * channelStep] = ((input.colour === 'rgb' ? blue : red) - mean[2]) * scale[2];
    }
  };

  return {
    placement,
    length: width * height * channels,
    render(source, out) {
      fillPadding(out);
      const rowBytes = source.width * 3;
      for (let y = 0; y < rows.first.length; y++) {
        blended.fill(0);
        for (let k = 0; k < rows.count[y]!; k++) {
          const weight = rows.weights[y * rows.stride + k]!;
          const from = (rows.first[y]! + k) * rowBytes;
          for (let i = 0; i < rowBytes; i++) blended[i]! += weight * source.rgb[from + i]!;
        }
        renderRow(out, ((y + placement.offsetY) * width + placement.offsetX) * pixelStep);
      }
    },
  };
}
