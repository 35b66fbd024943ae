import type { Random } from '../random.ts';
import { standardise } from '../../vision/face-crop.ts';
import { SIDE } from './data-set.ts';

/** How far pictures are bent at full strength; each is scaled by the strength of the epoch. */
export interface AugmentOptions {
  /** Largest rotation, degrees. */
  readonly rotation: number;
  /** Largest shift, as a share of the side. */
  readonly shift: number;
  /** Smallest and largest crop, relative to the picture: 0.7 shows 70 % of it, 1.2 shows border around it. */
  readonly crop: readonly [number, number];
  /** Largest change of gamma, as a factor's logarithm. */
  readonly gamma: number;
  /** Share of pictures of which a rectangle is erased (Zhong et al. 2020). */
  readonly erase: number;
  /** Share of pictures shown at a lower resolution. */
  readonly coarse: number;
}

/** A detector's crops jitter by a tenth and more; see interfaces of the crop in models/emotion/README.md. */
export const AUGMENTATION: AugmentOptions = {
  rotation: 18,
  shift: 0.08,
  crop: [0.72, 1.18],
  gamma: 0.35,
  erase: 0.3,
  coarse: 0.1,
};

/** In grey levels; the card of the model says the same, and the daemon does the same. */
export const MIN_DEVIATION = 8;

/**
 * Draws `pixels` (48 × 48 grey) into `out` from `offset` as `side` × `side`, bent at random in proportion to `strength`
 * (0: as it is, 1: fully), mirrored half of the time, standardised.
 */
export function augmentInto(
  random: Random,
  pixels: Uint8Array,
  side: number,
  strength: number,
  options: AugmentOptions,
  out: Float32Array,
  offset: number,
): void {
  const bend = (limit: number): number => strength * limit * random.between(-1, 1);
  const angle = bend((options.rotation * Math.PI) / 180);
  const [low, high] = options.crop;
  const crop = 1 + strength * random.between(low - 1, high - 1);
  const shiftX = bend(options.shift) * SIDE;
  const shiftY = bend(options.shift) * SIDE;
  const mirror = random.next() < 0.5 ? -1 : 1;
  const source = random.next() < strength * options.coarse ? coarsened(pixels, random.between(1.3, 2.2)) : pixels;

  const step = (crop * SIDE) / side;
  const cos = Math.cos(angle) * step;
  const sin = Math.sin(angle) * step;
  const middle = (SIDE - 1) / 2;
  const half = (side - 1) / 2;
  for (let y = 0, i = offset; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      const dx = mirror * (x - half);
      const dy = y - half;
      out[i] = bilinear(source, middle + shiftX + cos * dx - sin * dy, middle + shiftY + sin * dx + cos * dy);
    }
  }
  const count = side * side;
  const gamma = Math.exp(bend(options.gamma));
  if (strength > 0) for (let i = offset; i < offset + count; i++) out[i] = 255 * Math.pow(out[i]! / 255, gamma);
  standardise(out, offset, count, MIN_DEVIATION);
  if (random.next() < strength * options.erase) erase(random, side, out, offset);
}

/** Beyond the border its pixels repeat, as in the daemon's crops. */
function bilinear(pixels: Uint8Array, x: number, y: number): number {
  const cx = Math.min(SIDE - 1, Math.max(0, x));
  const cy = Math.min(SIDE - 1, Math.max(0, y));
  const x0 = Math.min(SIDE - 2, Math.floor(cx));
  const y0 = Math.min(SIDE - 2, Math.floor(cy));
  const fx = cx - x0;
  const fy = cy - y0;
  const i = y0 * SIDE + x0;
  const top = pixels[i]! * (1 - fx) + pixels[i + 1]! * fx;
  const bottom = pixels[i + SIDE]! * (1 - fx) + pixels[i + SIDE + 1]! * fx;
  return top * (1 - fy) + bottom * fy;
}

/** A face of fewer pixels, enlarged again: a person across the room. */
function coarsened(pixels: Uint8Array, factor: number): Uint8Array {
  const small = Math.round(SIDE / factor);
  const sums = new Float32Array(small * small);
  const counts = new Float32Array(small * small);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const i = Math.floor((y * small) / SIDE) * small + Math.floor((x * small) / SIDE);
      sums[i]! += pixels[y * SIDE + x]!;
      counts[i]!++;
    }
  const out = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const sx = Math.max(0, Math.min(small - 1, ((x + 0.5) * small) / SIDE - 0.5));
      const sy = Math.max(0, Math.min(small - 1, ((y + 0.5) * small) / SIDE - 0.5));
      const x0 = Math.min(small - 2, Math.floor(sx));
      const y0 = Math.min(small - 2, Math.floor(sy));
      const at = (i: number): number => sums[i]! / counts[i]!;
      const i = y0 * small + x0;
      const top = at(i) + (at(i + 1) - at(i)) * (sx - x0);
      const bottom = at(i + small) + (at(i + small + 1) - at(i + small)) * (sx - x0);
      out[y * SIDE + x] = Math.round(top + (bottom - top) * (sy - y0));
    }
  return out;
}

/** A rectangle of 2 to 20 % of the picture becomes noise: a hand, a cup, hair. */
function erase(random: Random, side: number, out: Float32Array, offset: number): void {
  const area = random.between(0.02, 0.2) * side * side;
  const aspect = Math.exp(random.between(-1, 1));
  const width = Math.min(side, Math.round(Math.sqrt(area * aspect)));
  const height = Math.min(side, Math.round(Math.sqrt(area / aspect)));
  const left = random.integer(side - width + 1);
  const top = random.integer(side - height + 1);
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) out[offset + y * side + x] = random.between(-1.7, 1.7);
}
