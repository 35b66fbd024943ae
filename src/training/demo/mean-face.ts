import { type GreyPicture, place, type Placement, UNMOVED } from './grey-picture.ts';

/** How far pictures may be moved to fit the mean; FER-2013's faces are already centred roughly. */
const MAX_SHIFT_PX = 4;
const SCALES = [0.88, 0.92, 0.96, 1, 1.04, 1.08, 1.12];

interface Step {
  /** Index into `SCALES`. */
  readonly s: number;
  readonly dx: number;
  readonly dy: number;
}

const NEIGHBOURS = [
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
  [1, 0, 0],
  [-1, 0, 0],
] as const;

/** A picture, where it fits a reference best, and how well: their correlation there, −1 to 1. */
export interface Fitted {
  readonly picture: GreyPicture;
  readonly placement: Placement;
  readonly correlation: number;
}

/** The mean of pictures, each as it is and mirrored, at its placement; at `side` × `side` px. */
export function average(pictures: readonly Pick<Fitted, 'picture' | 'placement'>[], side: number): GreyPicture {
  const values = new Float32Array(side * side);
  pictures.forEach(({ picture, placement }) => {
    const placed = place(picture, placement, side).values;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        // Nobody's face leans to one side, and twice the pictures are half the noise.
        values[y * side + x]! += placed[y * side + x]! + placed[y * side + side - 1 - x]!;
      }
    }
  });
  return { side, values: values.map((value) => value / (2 * pictures.length)) };
}

/**
 * Moves each picture to where it correlates best with a reference inside an oval over the face, found by climbing from
 * where it is: the correlation with a blurred mean has one hill.
 */
export function align(pictures: readonly GreyPicture[], reference: GreyPicture): Fitted[] {
  const weights = oval(reference.side);
  const target = standardise(reference.values, weights);
  return pictures.map((picture) => {
    const scaled = SCALES.map((scale) => place(picture, { ...UNMOVED, scale }, picture.side));
    const score = ({ s, dx, dy }: Step): number =>
      scaled[s] === undefined || Math.max(Math.abs(dx), Math.abs(dy)) > MAX_SHIFT_PX
        ? -Infinity
        : correlationAt(scaled[s], dx, dy, target, weights);
    let best: Step = { s: SCALES.indexOf(1), dx: 0, dy: 0 };
    let bestScore = score(best);
    for (let climbing = true; climbing;) {
      climbing = false;
      for (const [s, dx, dy] of NEIGHBOURS) {
        const step = { s: best.s + s, dx: best.dx + dx, dy: best.dy + dy };
        const stepScore = score(step);
        if (stepScore <= bestScore) continue;
        [best, bestScore, climbing] = [step, stepScore, true];
      }
    }
    const placement = { scale: SCALES[best.s]!, dx: best.dx, dy: best.dy };
    return { picture, placement, correlation: bestScore };
  });
}

/** 1 inside an oval over brows, eyes, nose and mouth, 0 outside. */
function oval(side: number): Float32Array {
  const weights = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const u = ((x + 0.5) / side - 0.5) / 0.36;
      const v = ((y + 0.5) / side - 0.54) / 0.42;
      weights[y * side + x] = u * u + v * v < 1 ? 1 : 0;
    }
  }
  return weights;
}

/** Mean 0 and length 1 inside the oval, so that a sum of products is the correlation but for one factor. */
function standardise(values: Float32Array, weights: Float32Array): Float32Array {
  let sum = 0;
  let area = 0;
  values.forEach((value, i) => {
    sum += value * weights[i]!;
    area += weights[i]!;
  });
  const centred = values.map((value, i) => (value - sum / area) * weights[i]!);
  const length = Math.hypot(...centred);
  return centred.map((value) => value / length);
}

function correlationAt(
  { side, values }: GreyPicture,
  dx: number,
  dy: number,
  target: Float32Array,
  weights: Float32Array,
): number {
  let product = 0;
  let sum = 0;
  let squares = 0;
  let area = 0;
  for (let y = 0; y < side; y++) {
    const row = Math.max(0, Math.min(side - 1, y - dy)) * side;
    for (let x = 0; x < side; x++) {
      const i = y * side + x;
      if (weights[i] === 0) continue;
      const value = values[row + Math.max(0, Math.min(side - 1, x - dx))]!;
      product += value * target[i]!;
      sum += value;
      squares += value * value;
      area++;
    }
  }
  return product / Math.sqrt(Math.max(1e-9, squares - (sum * sum) / area));
}
