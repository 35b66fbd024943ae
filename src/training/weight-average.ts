import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs';
import type { Tf } from './backend.ts';

/**
 * Exponential moving average of a model's weights, batch-norm statistics included (Polyak and Juditsky 1992; warm-up
 * of the decay as in TensorFlow's ExponentialMovingAverage).
 */
export class WeightAverage {
  readonly #tf: Tf;
  readonly #model: LayersModel;
  readonly #decay: number;
  readonly #shadow: Variable[];
  #updates = 0;

  constructor(tf: Tf, model: LayersModel, decay: number) {
    this.#tf = tf;
    this.#model = model;
    this.#decay = decay;
    this.#shadow = model.getWeights().map((w) => tf.variable(w.clone(), false));
  }

  update(): void {
    this.#updates++;
    const decay = Math.min(this.#decay, (1 + this.#updates) / (10 + this.#updates));
    this.#tf.tidy(() => {
      this.#model.getWeights().forEach((weight, i) => {
        const shadow = this.#shadow[i]!;
        shadow.assign(shadow.mul(decay).add(weight.mul(1 - decay)));
      });
    });
  }

  /** Runs `use` with the averaged weights in the model, then puts the trained ones back. */
  async with<T>(use: () => T | Promise<T>): Promise<T> {
    const trained = this.#model.getWeights().map((w) => w.clone());
    this.#model.setWeights([...this.#shadow]);
    try {
      return await use();
    } finally {
      this.#model.setWeights(trained);
      this.#tf.dispose(trained);
    }
  }

  state(): { updates: number; tensors: Tensor[] } {
    return { updates: this.#updates, tensors: [...this.#shadow] };
  }

  restore(updates: number, tensors: readonly Tensor[]): void {
    this.#updates = updates;
    tensors.forEach((tensor, i) => {
      this.#shadow[i]!.assign(tensor);
    });
  }
}
