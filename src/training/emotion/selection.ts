import type { LayersModel, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { EMOTIONS } from '../../vision/emotion.ts';
import { standardise } from '../../vision/face-crop.ts';
import type { Tf } from '../backend.ts';
import { MIN_DEVIATION } from './augment.ts';
import { PICTURE_PX, SIDE, type LabelledPicture } from './data-set.ts';
import { scoresOfConfusion } from './figures.ts';
import { majority } from './targets.ts';

/** Both heads' logits of each picture, [pictures, 7]. */
export interface Logits {
  readonly product: Float32Array;
  readonly fer2013: Float32Array;
}

/** One forward pass over the pictures as they are. */
export async function predictLogits(
  tf: Tf,
  model: LayersModel,
  pictures: readonly LabelledPicture[],
  batch = 128,
): Promise<Logits> {
  const product = new Float32Array(pictures.length * EMOTIONS.length);
  const fer2013 = new Float32Array(pictures.length * EMOTIONS.length);
  for (let start = 0; start < pictures.length; start += batch) {
    const chosen = pictures.slice(start, start + batch);
    const input = new Float32Array(chosen.length * PICTURE_PX);
    chosen.forEach(({ pixels }, i) => {
      input.set(pixels, i * PICTURE_PX);
      standardise(input, i * PICTURE_PX, PICTURE_PX, MIN_DEVIATION);
    });
    const heads = tf.tidy(() => {
      const images: Tensor4D = tf.tensor4d(input, [chosen.length, SIDE, SIDE, 1]);
      return model.apply(images, { training: false }) as [Tensor2D, Tensor2D];
    });
    const [p, f] = await Promise.all(heads.map((head) => head.data<'float32'>()));
    product.set(p!, start * EMOTIONS.length);
    fer2013.set(f!, start * EMOTIONS.length);
    tf.dispose(heads);
  }
  return { product, fer2013 };
}

export interface SelectionFigures {
  /** Accuracy of the fer2013 head on the original labels. */
  readonly accuracy: number;
  /** Cross-entropy of the fer2013 head on the original labels, nats. */
  readonly loss: number;
  /** Mean of the F1 of the classes that occur, of the fer2013 head on the original labels. */
  readonly macroF1: number;
  /** Accuracy of the product head on the majority of the voters; undefined without votes. */
  readonly ferPlus: number | undefined;
}

/** What epochs are compared by, on the pictures for selection. */
export function selectionFigures(logits: Logits, pictures: readonly LabelledPicture[]): SelectionFigures {
  const confusion = EMOTIONS.map(() => EMOTIONS.map(() => 0));
  let loss = 0;
  let voted = 0;
  let votedRight = 0;
  pictures.forEach(({ label, votes }, i) => {
    const own = logits.fer2013.subarray(i * EMOTIONS.length, (i + 1) * EMOTIONS.length);
    const most = Math.max(...own);
    confusion[label]![own.indexOf(most)]!++;
    loss += most + Math.log(own.reduce((sum, v) => sum + Math.exp(v - most), 0)) - own[label]!;
    const winner = votes && majority(votes);
    if (winner === undefined) return;
    const product = logits.product.subarray(i * EMOTIONS.length, (i + 1) * EMOTIONS.length);
    voted++;
    if (product[winner] === Math.max(...product)) votedRight++;
  });
  const n = pictures.length;
  const { accuracy, macroF1 } = scoresOfConfusion(confusion);
  return { accuracy, macroF1, loss: loss / n, ferPlus: voted === 0 ? undefined : votedRight / voted };
}
