import type { LayersModel, NamedTensorMap, Scalar, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import type { Batch } from './batch.ts';
import type { EpochPlan, Recipe } from './recipe.ts';
import { countHits, readStep } from './step.ts';

/** Weighted cross-entropy of both heads against soft targets, of each row and their mean, and the mean's gradients. */
export async function gradientsOf(
  tf: Tf,
  model: LayersModel,
  variables: Variable[],
  batch: Batch,
  { side }: EpochPlan,
  weights: { product: Tensor1D; fer2013: Tensor1D },
  recipe: Recipe,
): Promise<{ loss: number; right: number; rows: Float32Array; gradients: NamedTensorMap }> {
  let hits: Scalar | undefined;
  let rows: Tensor1D | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const input = tf.tensor4d(batch.input, [batch.input.length / (side * side), side, side, 1]);
    const [product, fer2013] = model.apply(input, { training: true }) as [Tensor2D, Tensor2D];
    hits = tf.keep(countHits(tf, fer2013, tf.tensor2d(batch.fer2013, fer2013.shape)));
    const entropy = (logits: Tensor2D, targets: Float32Array, weight: Tensor1D): Tensor1D =>
      tf.tensor2d(targets, logits.shape).mul(weight).mul(tf.logSoftmax(logits)).sum<Tensor1D>(1).neg();
    rows = tf.keep(
      entropy(product, batch.product, weights.product).add(
        entropy(fer2013, batch.fer2013, weights.fer2013).mul(recipe.fer2013Weight),
      ),
    );
    return rows.mean<Scalar>();
  }, variables);
  const [read, ofRows] = await Promise.all([readStep(value, hits), rows!.data<'float32'>()]);
  tf.dispose(rows!);
  return { ...read, rows: ofRows, gradients: grads };
}
