import type { EmotionInputCard } from './emotion-card.ts';

/** Neighbours are taken so far apart as they would be on a face of so many px. */
const REFERENCE_SIDE = 48;

/**
 * How sharp a face is: mean square of the Laplacian over the variance, of the first channel of a network's input from
 * `offset`. Neither light nor contrast nor the input's normalisation changes it. FER-2013's faces have 0.3 to 1.5; a
 * Gauss of 1.1 px of 48 leaves .05, one of 2 px .01. Noise counts as sharpness. 0 for an even picture.
 */
export function sharpness(
  values: Float32Array,
  offset: number,
  { width, height, colour, layout }: Pick<EmotionInputCard, 'width' | 'height' | 'colour' | 'layout'>,
): number {
  const step = layout === 'NHWC' && colour !== 'grey' ? 3 : 1;
  const apart = Math.max(1, Math.round(width / REFERENCE_SIDE));
  const across = apart * step;
  const down = apart * width * step;
  let sum = 0;
  let squares = 0;
  let curved = 0;
  for (let y = apart; y < height - apart; y++)
    for (let x = apart, i = offset + (y * width + apart) * step; x < width - apart; x++, i += step) {
      const value = values[i]!;
      sum += value;
      squares += value * value;
      const laplacian = 4 * value - values[i - across]! - values[i + across]! - values[i - down]! - values[i + down]!;
      curved += laplacian * laplacian;
    }
  const count = (width - 2 * apart) * (height - 2 * apart);
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  return variance > 1e-9 ? curved / count / variance : 0;
}
