import { expect, it } from 'vitest';
import { reduceOnPlateau, type Plateau } from '../../../src/training/emotion/reduce-on-plateau.ts';

/** Learning rates that follow each epoch of these losses. */
function ratesAfter(losses: number[]): number[] {
  let plateau: Plateau = { learningRate: 5e-4, best: Infinity, waited: 0 };
  return losses.map((loss) => (plateau = reduceOnPlateau(plateau, loss)).learningRate);
}

it.each([
  { when: 'the loss falls', losses: [3, 2, 1, 0.5], rates: [5e-4, 5e-4, 5e-4, 5e-4] },
  { when: 'two epochs bring nothing', losses: [1, 1.2, 1.1, 0.9], rates: [5e-4, 5e-4, 5e-5, 5e-5] },
  { when: 'the gain is below 1e-4', losses: [1, 0.99995, 0.99992], rates: [5e-4, 5e-4, 5e-5] },
  { when: 'one bad epoch is made good', losses: [1, 2, 0.5, 2, 0.4], rates: [5e-4, 5e-4, 5e-4, 5e-4, 5e-4] },
  { when: 'nothing helps any more', losses: [1, 1, 1, 1, 1, 1, 1], rates: [5e-4, 5e-4, 5e-5, 5e-5, 1e-5, 1e-5, 1e-5] },
])('gives the rates of Keras when $when', ({ losses, rates }) => {
  ratesAfter(losses).forEach((rate, i) => {
    expect(rate).toBeCloseTo(rates[i]!, 10);
  });
});
