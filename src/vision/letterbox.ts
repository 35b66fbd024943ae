import type { Frame } from '../capture/frame.ts';
import { createRowReader, shrunk } from './area-average.ts';
import type { FaceInputCard } from './face-card.ts';
import { createHalvingKernel } from './halving-kernel.ts';

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
  const { width, height } = placement;
  const channels = input.colour === 'grey' ? 1 : 3;
  const paint = halvingPainter(frame, placement, input) ?? rowPainter(frame, placement, input);
  return {
    placement,
    length: width * height * channels,
    render(source, out) {
      for (let c = 0; c < channels; c++) {
        const value = (input.padding - input.mean[c]!) * input.scale[c]!;
        if (input.layout === 'NCHW') out.fill(value, c * width * height, (c + 1) * width * height);
        else for (let o = c; o < width * height * channels; o += channels) out[o] = value;
      }
      paint(source, out);
    },
  };
}

type Painter = (frame: Frame, out: Float32Array) => void;

/** For the usual case, VGA into planes of 320 px; undefined for others. */
function halvingPainter(
  frame: Pick<Frame, 'width' | 'height'>,
  { scale, offsetX, offsetY, width, height }: Placement,
  input: FaceInputCard,
): Painter | undefined {
  const suits = scale === 0.5 && frame.width === width * 2 && frame.height % 2 === 0 && offsetX === 0;
  if (!suits || input.layout !== 'NCHW' || input.colour === 'grey') return undefined;
  const kernel = createHalvingKernel(frame.width);
  if (kernel === undefined) return undefined;
  // The kernel's channels are the frame's: red, green, blue; the network's may run the other way.
  const order = input.colour === 'rgb' ? ([0, 1, 2] as const) : ([2, 1, 0] as const);
  const gain = order.map((c) => input.scale[c] / 4) as [number, number, number];
  const shift = order.map((c) => -input.mean[c] * input.scale[c]) as [number, number, number];
  const rowBytes = frame.width * 3;
  return ({ rgb }, out) => {
    for (let row = 0; row < frame.height; row += kernel.maxRows) {
      const rows = Math.min(kernel.maxRows, frame.height - row);
      kernel.source.set(rgb.subarray(row * rowBytes, (row + rows) * rowBytes));
      kernel.run(rows, gain, shift);
      const length = (rows / 2) * width;
      for (let c = 0; c < 3; c++)
        out.set(
          kernel.planes.subarray(c * length, (c + 1) * length),
          order[c]! * width * height + (offsetY + row / 2) * width,
        );
    }
  };
}

/** For all sizes, layouts and colours. */
function rowPainter(
  frame: Pick<Frame, 'width' | 'height'>,
  { scale, offsetX, offsetY, width, height }: Placement,
  input: FaceInputCard,
): Painter {
  const planar = input.layout === 'NCHW';
  const pixelStep = planar || input.colour === 'grey' ? 1 : 3;
  const channelStep = planar ? width * height : 1;
  const readRow = createRowReader(frame, scale);
  const row = new Float32Array(shrunk(frame.width, scale) * 3);
  const rows = shrunk(frame.height, scale);
  return (source, out) => {
    for (let y = 0; y < rows; y++) {
      readRow(source, y, row);
      writeRow(row, out, ((y + offsetY) * width + offsetX) * pixelStep, pixelStep, channelStep, input);
    }
  };
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
