import { EMOTIONS } from '../../vision/emotion.ts';
import type { Random } from '../random.ts';
import { AUGMENTATION, augmentInto } from './augment.ts';
import type { LabelledPicture } from './data-set.ts';
import type { EpochPlan } from './recipe.ts';
import type { Drawn } from './sampling.ts';
import type { Targets } from './targets.ts';

const CLASSES = EMOTIONS.length;

export interface Batch {
  /** [n, side, side, 1], standardised. */
  readonly input: Float32Array;
  /** [n, 7] for each head. */
  readonly product: Float32Array;
  readonly fer2013: Float32Array;
}

/**
 * Augments the chosen pictures and, with mixup, blends each with another of the batch, targets likewise. A target is
 * multiplied by its picture's weight, and so is then its loss.
 */
export function buildBatch(
  random: Random,
  pictures: readonly LabelledPicture[],
  targets: Targets,
  { pictures: chosen, weights }: Drawn,
  { side, strength, mixup }: Omit<EpochPlan, 'leaveOut'>,
): Batch {
  const count = side * side;
  const input = new Float32Array(chosen.length * count);
  const product = new Float32Array(chosen.length * CLASSES);
  const fer2013 = new Float32Array(chosen.length * CLASSES);
  chosen.forEach((index, i) => {
    augmentInto(random, pictures[index]!.pixels, side, strength, AUGMENTATION, input, i * count);
    for (let c = 0; c < CLASSES; c++) {
      product[i * CLASSES + c] = weights[i]! * targets.product[index * CLASSES + c]!;
      fer2013[i * CLASSES + c] = weights[i]! * targets.fer2013[index * CLASSES + c]!;
    }
  });
  if (mixup === 0) return { input, product, fer2013 };
  const shares = Array.from(chosen, () => {
    const a = random.gamma(mixup);
    const share = a / (a + random.gamma(mixup));
    return Math.max(share, 1 - share);
  });
  return {
    input: blended(input, count, shares),
    product: blended(product, CLASSES, shares),
    fer2013: blended(fer2013, CLASSES, shares),
  };
}

/** Row i with its share of itself and the rest of the row opposite; the order is random, so the partner is too. */
function blended(rows: Float32Array, width: number, shares: readonly number[]): Float32Array {
  const out = new Float32Array(rows.length);
  shares.forEach((share, i) => {
    const partner = (shares.length - 1 - i) * width;
    const own = i * width;
    for (let k = 0; k < width; k++) out[own + k] = share * rows[own + k]! + (1 - share) * rows[partner + k]!;
  });
  return out;
}
