import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs';
import type { Tf } from './backend.ts';

/**
 * SGD with Nesterov momentum (Sutskever et al. 2013) and decoupled weight decay on kernels (rank 2 and more), as
 * TensorFlow.js's own optimizer has neither decay nor a learning rate a step. Its state can be saved and restored.
 */
export class Nesterov {
  readonly #tf: Tf;
  readonly #variables: readonly Variable[];
  readonly #velocity: Variable[];
  readonly #momentum: number;
  readonly #weightDecay: number;

  constructor(tf: Tf, variables: readonly Variable[], momentum: number, weightDecay: number) {
    this.#tf = tf;
    this.#variables = variables;
    this.#momentum = momentum;
    this.#weightDecay = weightDecay;
    this.#velocity = variables.map((v) => tf.variable(tf.zerosLike(v), false));
  }

  /** One step down the gradients, which are looked up by the variables' names and disposed of. */
  apply(gradients: NamedTensorMap, learningRate: number): void {
    this.#tf.tidy(() => {
      this.#variables.forEach((variable, i) => {
        const gradient = gradients[variable.name];
        if (!gradient) return;
        const velocity = this.#velocity[i]!;
        const decayed = variable.rank > 1 ? gradient.add(variable.mul(this.#weightDecay)) : gradient;
        velocity.assign(velocity.mul(this.#momentum).add(decayed));
        variable.assign(variable.sub(decayed.add(velocity.mul(this.#momentum)).mul(learningRate)));
      });
    });
    this.#tf.dispose(gradients);
  }

  /** The velocities, in the order of the variables. */
  state(): Tensor[] {
    return [...this.#velocity];
  }

  restore(tensors: readonly Tensor[]): void {
    tensors.forEach((tensor, i) => {
      this.#velocity[i]!.assign(tensor);
    });
  }

  dispose(): void {
    this.#tf.dispose(this.#velocity);
  }
}
