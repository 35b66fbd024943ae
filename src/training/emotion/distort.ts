import { CHANNELS, cropChannel } from '../../vision/face-crop.ts';
import { SIDE } from './data-set.ts';

/** A picture made worse in one known way; 48 × 48 grey in and out. */
export type Distortion = (pixels: Uint8Array) => Uint8Array;

/** What a living room does to faces, by name. Crops are relative to the picture's own: −15 % shows 85 % of it. */
export const DISTORTIONS: Readonly<Record<string, Distortion>> = {
  'crop −15 %': resampled({ zoom: 0.85 }),
  'crop −30 %': resampled({ zoom: 0.7 }),
  'crop +15 %': resampled({ zoom: 1.15 }),
  'brightness −40 %': mapped((v) => v * 0.6),
  'brightness +40 %': mapped((v) => v * 1.4),
  'rotation −20°': resampled({ degrees: -20 }),
  'rotation +20°': resampled({ degrees: 20 }),
  mirrored: resampled({ mirror: true }),
  blurred: blurred(1.5),
  '24×24': halved,
  'lower half occluded': occluded(SIDE / 2, SIDE),
  'upper half occluded': occluded(0, SIDE / 2),
};

function mapped(change: (value: number) => number): Distortion {
  return (pixels) => Uint8Array.from(pixels, (v) => Math.min(255, Math.round(change(v))));
}

/** Zoomed about the centre (below 1 is tighter), turned clockwise, mirrored; borders repeat. */
function resampled({ zoom = 1, degrees = 0, mirror = false }): Distortion {
  const cos = Math.cos((degrees * Math.PI) / 180) * zoom;
  const sin = Math.sin((degrees * Math.PI) / 180) * zoom;
  const middle = (SIDE - 1) / 2;
  return (pixels) => {
    const at = (x: number, y: number): number =>
      pixels[Math.min(SIDE - 1, Math.max(0, y)) * SIDE + Math.min(SIDE - 1, Math.max(0, x))]!;
    return filled((x, y) => {
      const dx = (x - middle) * (mirror ? -1 : 1);
      const dy = y - middle;
      const sx = middle + cos * dx + sin * dy;
      const sy = middle - sin * dx + cos * dy;
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const top = at(x0, y0) + (at(x0 + 1, y0) - at(x0, y0)) * (sx - x0);
      const bottom = at(x0, y0 + 1) + (at(x0 + 1, y0 + 1) - at(x0, y0 + 1)) * (sx - x0);
      return top + (bottom - top) * (sy - y0);
    });
  };
}

/** A Gauss of so many px: a face out of focus. */
export function blurred(sigmaPx: number): Distortion {
  const radius = Math.ceil(2.5 * sigmaPx);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigmaPx ** 2)));
  const sum = kernel.reduce((a, b) => a + b, 0);
  const clamp = (v: number): number => Math.min(SIDE - 1, Math.max(0, v));
  return (pixels) => {
    const rows = new Float32Array(SIDE * SIDE);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++)
        rows[y * SIDE + x] = kernel.reduce((v, k, i) => v + k * pixels[y * SIDE + clamp(x + i - radius)]!, 0) / sum;
    return filled((x, y) => kernel.reduce((v, k, i) => v + k * rows[clamp(y + i - radius) * SIDE + x]!, 0) / sum);
  };
}

/** A face of 24 px, enlarged as the daemon enlarges it. */
function halved(pixels: Uint8Array): Uint8Array {
  const side = SIDE / 2;
  const rgb = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const i = 2 * y * SIDE + 2 * x;
      const mean = (pixels[i]! + pixels[i + 1]! + pixels[i + SIDE]! + pixels[i + SIDE + 1]!) / 4;
      rgb.fill(Math.round(mean), (y * side + x) * 3, (y * side + x + 1) * 3);
    }
  const enlarged = new Float32Array(SIDE * SIDE);
  cropChannel({ width: side, height: side, rgb }, { x: 0, y: 0, size: side }, CHANNELS.grey, SIDE, enlarged);
  return Uint8Array.from(enlarged, Math.round);
}

/** Rows become the picture's mean grey: a mask, a cup, a cap. */
function occluded(fromRow: number, toRow: number): Distortion {
  return (pixels) => {
    const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length;
    return filled((x, y) => (y >= fromRow && y < toRow ? mean : pixels[y * SIDE + x]!));
  };
}

function filled(value: (x: number, y: number) => number): Uint8Array {
  const out = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) out[y * SIDE + x] = Math.min(255, Math.max(0, Math.round(value(x, y))));
  return out;
}
