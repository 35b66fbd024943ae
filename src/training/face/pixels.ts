/** 8-bit RGB, row-major, tightly packed. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** What usually lies outside the picture: mid-grey, which the network sees as zero, as it does beyond its own border. */
export const PADDING = 127;

/** The picture at half its size, each pixel the mean of four. */
export function halve({ width, height, rgb }: Pixels): Pixels {
  const w = Math.max(1, width >> 1);
  const h = Math.max(1, height >> 1);
  const out = new Uint8Array(w * h * 3);
  const right = width > 1 ? 3 : 0;
  const below = height > 1 ? width * 3 : 0;
  for (let y = 0, o = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let i = (y * 2 * width + x * 2) * 3;
      for (let c = 0; c < 3; c++, i++, o++)
        out[o] = (rgb[i]! + rgb[i + right]! + rgb[i + below]! + rgb[i + below + right]! + 2) >> 2;
    }
  }
  return { width: w, height: h, rgb: out };
}

/** A window on a picture: output pixel = (source pixel − origin) × scale, mirrored if so wanted. */
export interface Window {
  readonly originX: number;
  readonly originY: number;
  readonly scale: number;
  readonly mirrored: boolean;
}

/** Renders a window bilinearly into `out` (size × size × 3 bytes); beyond the picture lies `padding`. */
export function renderWindow(source: Pixels, window: Window, size: number, out: Uint8Array, padding = PADDING): void {
  const { width, height, rgb } = source;
  const left = new Int32Array(size);
  const right = new Int32Array(size);
  const weight = new Int32Array(size);
  for (let x = 0; x < size; x++) {
    const sx = ((window.mirrored ? size - 1 - x : x) + 0.5) / window.scale + window.originX - 0.5;
    if (sx < -0.5 || sx > width - 0.5) {
      left[x] = -1;
      continue;
    }
    const x0 = Math.max(0, Math.min(width - 1, Math.floor(sx)));
    left[x] = x0 * 3;
    right[x] = Math.min(width - 1, x0 + 1) * 3;
    weight[x] = Math.max(0, Math.round((sx - x0) * 256));
  }
  for (let y = 0, o = 0; y < size; y++) {
    const sy = (y + 0.5) / window.scale + window.originY - 0.5;
    if (sy < -0.5 || sy > height - 0.5) {
      out.fill(padding, o, o + size * 3);
      o += size * 3;
      continue;
    }
    const y0 = Math.max(0, Math.min(height - 1, Math.floor(sy)));
    const top = y0 * width * 3;
    const bottom = Math.min(height - 1, y0 + 1) * width * 3;
    const wy = Math.max(0, Math.round((sy - y0) * 256));
    for (let x = 0; x < size; x++) {
      const l = left[x]!;
      if (l < 0) {
        out[o++] = padding;
        out[o++] = padding;
        out[o++] = padding;
        continue;
      }
      const r = right[x]!;
      const wx = weight[x]!;
      const a = top + l;
      const b = top + r;
      const c = bottom + l;
      const d = bottom + r;
      // The weights of the four corners sum to 65536; written out a channel, which halves the time.
      const wd = wx * wy;
      const wc = (wy << 8) - wd;
      const wb = (wx << 8) - wd;
      const wa = 65536 - wb - wc - wd;
      out[o++] = (rgb[a]! * wa + rgb[b]! * wb + rgb[c]! * wc + rgb[d]! * wd + 32768) >> 16;
      out[o++] = (rgb[a + 1]! * wa + rgb[b + 1]! * wb + rgb[c + 1]! * wc + rgb[d + 1]! * wd + 32768) >> 16;
      out[o++] = (rgb[a + 2]! * wa + rgb[b + 2]! * wb + rgb[c + 2]! * wc + rgb[d + 2]! * wd + 32768) >> 16;
    }
  }
}
