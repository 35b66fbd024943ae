export interface Plateau {
  readonly learningRate: number;
  readonly best: number;
  /** Epochs since `best`. */
  readonly waited: number;
}

/** As Keras's ReduceLROnPlateau(monitor='val_loss', factor=0.1, patience=2, min_lr=1e-5), whose min_delta is 1e-4. */
const FACTOR = 0.1;
const PATIENCE = 2;
const MIN_RATE = 1e-5;
const MIN_DELTA = 1e-4;

/** The plateau after another epoch with this loss. */
export function reduceOnPlateau({ learningRate, best, waited }: Plateau, loss: number): Plateau {
  if (loss < best - MIN_DELTA) return { learningRate, best: loss, waited: 0 };
  if (waited + 1 < PATIENCE) return { learningRate, best, waited: waited + 1 };
  return { learningRate: Math.max(MIN_RATE, learningRate * FACTOR), best, waited: 0 };
}
