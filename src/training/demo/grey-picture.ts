/** A square grey picture with values of any range, row-major. */
export interface GreyPicture {
  readonly side: number;
  readonly values: Float32Array;
}

/** Where a picture is put: its point p appears at (p − centre) · scale + centre + shift, in px of the picture. */
export interface Placement {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
}

export const UNMOVED: Placement = { scale: 1, dx: 0, dy: 0 };

/** Mean 0 and standard deviation 1 over the whole picture; undefined for one that is all alike. */
export function normalise(pixels: Uint8Array, side: number): GreyPicture | undefined {
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pixels.length;
  const deviation = Math.sqrt(squares / pixels.length - mean * mean);
  if (!(deviation > 1)) return undefined;
  return { side, values: Float32Array.from(pixels, (value) => (value - mean) / deviation) };
}

/** The picture at `side` × `side` px after the placement, interpolated by cubic convolution (Keys 1981, a = −1/2). */
export function place(picture: GreyPicture, { scale, dx, dy }: Placement, side: number): GreyPicture {
  const factor = picture.side / side;
  const centre = (picture.side - 1) / 2;
  const columns = new Float64Array(side);
  const rows = new Float64Array(side);
  for (let i = 0; i < side; i++) {
    const at = (i + 0.5) * factor - 0.5;
    columns[i] = (at - centre - dx) / scale + centre;
    rows[i] = (at - centre - dy) / scale + centre;
  }
  const across = new Float32Array(picture.side * side);
  for (let y = 0; y < picture.side; y++) {
    interpolate(picture.values, y * picture.side, 1, picture.side, columns, across, y * side, 1);
  }
  const values = new Float32Array(side * side);
  for (let x = 0; x < side; x++) interpolate(across, x, side, picture.side, rows, values, x, side);
  return { side, values };
}

/** Reads a line of `count` values (first at `from`, `step` apart) at the places `at`; the line's ends are repeated. */
function interpolate(
  values: Float32Array,
  from: number,
  step: number,
  count: number,
  at: Float64Array,
  out: Float32Array,
  outFrom: number,
  outStep: number,
): void {
  for (let j = 0; j < at.length; j++) {
    const base = Math.floor(at[j]!);
    const t = at[j]! - base;
    let sum = 0;
    for (let k = -1; k <= 2; k++) {
      const i = Math.max(0, Math.min(count - 1, base + k));
      const d = Math.abs(t - k);
      const weight = d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2;
      sum += weight * values[from + i * step]!;
    }
    out[outFrom + j * outStep] = sum;
  }
}
