/** Distances from a point to the sides of a box: left, up, right, down; positive when the point is inside. */
export interface BoxLoss {
  readonly loss: number;
  readonly iou: number;
}

/**
 * Efficient IoU loss (Zhang et al. 2022): 1 − IoU, plus the squared distance of the centres and the squared differences of
 * width and height, each relative to the enclosing box. `predicted` and `target` hold four distances from `at` and
 * `targetAt`; the derivatives by the predicted distances go into `gradient` (4).
 */
export function efficientIouLoss(
  predicted: ArrayLike<number>,
  at: number,
  target: ArrayLike<number>,
  targetAt: number,
  gradient: Float64Array,
): BoxLoss {
  const l = predicted[at]!;
  const t = predicted[at + 1]!;
  const r = predicted[at + 2]!;
  const b = predicted[at + 3]!;
  const L = target[targetAt]!;
  const T = target[targetAt + 1]!;
  const R = target[targetAt + 2]!;
  const B = target[targetAt + 3]!;
  const width = l + r;
  const height = t + b;
  const overlapWidth = Math.min(l, L) + Math.min(r, R);
  const overlapHeight = Math.min(t, T) + Math.min(b, B);
  const both = overlapWidth * overlapHeight;
  const union = width * height + (L + R) * (T + B) - both;
  const iou = both / union;
  const hullWidth = Math.max(l, L) + Math.max(r, R);
  const hullHeight = Math.max(t, T) + Math.max(b, B);
  const diagonal = hullWidth * hullWidth + hullHeight * hullHeight;
  const dx = (r - l - (R - L)) / 2;
  const dy = (b - t - (B - T)) / 2;
  const distance = dx * dx + dy * dy;
  const dw = width - (L + R);
  const dh = height - (T + B);
  const loss =
    1 - iou + distance / diagonal + (dw * dw) / (hullWidth * hullWidth) + (dh * dh) / (hullHeight * hullHeight);

  const side = (inner: boolean, horizontal: boolean, sign: number): number => {
    const dBoth = inner ? (horizontal ? overlapHeight : overlapWidth) : 0;
    const dUnion = (horizontal ? height : width) - dBoth;
    const dIou = (dBoth * union - both * dUnion) / (union * union);
    const hull = horizontal ? hullWidth : hullHeight;
    const dHull = inner ? 0 : 1;
    const dDistance = (horizontal ? dx : dy) * sign;
    const dCentre = (dDistance * diagonal - distance * 2 * hull * dHull) / (diagonal * diagonal);
    const size = horizontal ? dw : dh;
    const dSize = (2 * size * hull - 2 * size * size * dHull) / (hull * hull * hull);
    return -dIou + dCentre + dSize;
  };
  gradient[0] = side(l < L, true, -1);
  gradient[1] = side(t < T, false, -1);
  gradient[2] = side(r < R, true, 1);
  gradient[3] = side(b < B, false, 1);
  return { loss, iou };
}

/**
 * Varifocal loss of one score (Zhang et al. 2021): a face's score is drawn to the quality of its box, background is
 * weighed down once it is easy. Returns the loss and its derivative by the logit.
 */
export function varifocalLoss(logit: number, quality: number): { readonly loss: number; readonly gradient: number } {
  const p = 1 / (1 + Math.exp(-logit));
  // log(1 + e^x) without overflow
  const softplus = logit > 0 ? logit + Math.log1p(Math.exp(-logit)) : Math.log1p(Math.exp(logit));
  if (quality > 0) return { loss: quality * (softplus - quality * logit), gradient: quality * (p - quality) };
  const weight = BACKGROUND_WEIGHT * p * p;
  return { loss: weight * softplus, gradient: weight * p + BACKGROUND_WEIGHT * 2 * p * p * (1 - p) * softplus };
}

/** α of the varifocal paper; its γ of 2 is written out above. */
const BACKGROUND_WEIGHT = 0.75;
