import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { buildCompactNet, type NetOptions } from '../../../src/training/emotion/compact-net.ts';
import { widenInto } from '../../../src/training/emotion/widen.ts';
import { Random } from '../../../src/training/random.ts';

const SIDE = 16;
const build = (widths: NetOptions['widths'], seed: number): LayersModel =>
  buildCompactNet(tf, { widths, seed, side: SIDE });
let tf: Tf;
let narrow: LayersModel;

beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
  narrow = build([2, 3, 4, 5], 1);
  // as after a training: no weight at its initial 0 or 1, variances positive
  const random = new Random(3);
  narrow.setWeights(
    narrow.getWeights().map((w) =>
      w.add(
        tf.tensor(
          Float32Array.from({ length: w.size }, () => 0.2 + 0.3 * random.next()),
          w.shape,
        ),
      ),
    ),
  );
});

function logits(net: LayersModel): number[] {
  const random = new Random(7);
  const pictures = tf.tensor4d(
    Float32Array.from({ length: 3 * SIDE * SIDE }, () => random.normal()),
    [3, SIDE, SIDE, 1],
  );
  return (net.predict(pictures) as Tensor2D[]).flatMap((head) => [...head.dataSync()]);
}

function furthest(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!) / Math.max(1, Math.abs(value))));
}

describe('widenInto', () => {
  it.each([
    [3, 5, 7, 8],
    [2, 3, 4, 9],
    [6, 9, 12, 15],
    [2, 3, 4, 5],
  ] as const)('keeps what the net says at %i, %i, %i, %i channels', (...widths) => {
    const wide = build(widths, 2);
    expect(furthest(logits(narrow), logits(wide))).toBeGreaterThan(0.01);
    widenInto(tf, new Random(5), narrow, wide, 0);
    expect(furthest(logits(narrow), logits(wide))).toBeLessThan(1e-4);
  });

  it('disturbs copies alone, a little', () => {
    const wide = build([3, 5, 7, 8], 2);
    widenInto(tf, new Random(5), narrow, wide, 0.1);
    const kernel = wide.getLayer('stem').getWeights()[0]!;
    const before = narrow.getLayer('stem').getWeights()[0]!;
    expect(kernel.gather([0, 1], 3).dataSync()).toEqual(before.dataSync());
    const apart = furthest(logits(narrow), logits(wide));
    expect(apart).toBeGreaterThan(1e-3);
  });

  it('refuses a net with fewer channels', () => {
    const call = (): void => {
      widenInto(tf, new Random(5), narrow, build([2, 3, 3, 5], 2), 0);
    };
    expect(call).toThrow('down2 has 3 channels, 4 in the net to start from');
  });
});
