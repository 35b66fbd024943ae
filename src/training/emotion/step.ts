import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';

/** How many rows of two [n, classes] tensors have their greatest value at the same class. */
export function countHits(tf: Tf, said: Tensor2D, wanted: Tensor2D): Scalar {
  return tf.tidy(() => said.argMax(1).equal(wanted.argMax(1)).sum<Scalar>());
}

/** Loss and hits of a step; a GPU is waited for once, without blocking. Disposes of both. */
export async function readStep(loss: Scalar, hits: Scalar | undefined): Promise<{ loss: number; right: number }> {
  const [lossValue, right] = await Promise.all([loss.data<'float32'>(), hits?.data<'int32'>()]);
  loss.dispose();
  hits?.dispose();
  return { loss: lossValue[0]!, right: right?.[0] ?? 0 };
}
