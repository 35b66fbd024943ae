import type { EmotionInputCard } from './emotion-card.ts';
import { CHANNELS, cropChannel, standardise, type Pixels, type Square } from './face-crop.ts';

const ORDERS = {
  grey: [CHANNELS.grey],
  rgb: [CHANNELS.red, CHANNELS.green, CHANNELS.blue],
  bgr: [CHANNELS.blue, CHANNELS.green, CHANNELS.red],
} as const;

/** Values of one face's input. */
export function inputLength({ width, height, colour }: EmotionInputCard): number {
  return width * height * ORDERS[colour].length;
}

/** Writes what the network is shown of a square of the frame to `out` from `offset`: cropped, resampled, normalised. */
export function renderFace(
  pixels: Pixels,
  square: Square,
  input: EmotionInputCard,
  out: Float32Array,
  offset: number,
): void {
  const { width, height, layout, normalisation } = input;
  const channels = ORDERS[input.colour];
  const area = width * height;
  const [apart, step] = layout === 'NCHW' ? [area, 1] : [1, channels.length];
  channels.forEach((channel, c) => {
    const start = offset + c * apart;
    cropChannel(pixels, square, channel, width, out, start, step);
    if (normalisation.type !== 'fixed') return;
    const mean = normalisation.mean[c]!;
    const scale = normalisation.scale[c]!;
    for (let i = 0, at = start; i < area; i++, at += step) out[at] = (out[at]! - mean) * scale;
  });
  if (normalisation.type === 'per-picture') standardise(out, offset, inputLength(input), normalisation.minDeviation);
}
