import type { Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend.ts';
import { buildFaceNet } from '../../../src/training/face/face-net.ts';

describe('buildFaceNet', () => {
  it('is small, and answers at three strides for any multiple of 32', async () => {
    const { tf } = await loadTensorFlow('cpu');
    const net = buildFaceNet(tf);
    expect(net.countParams()).toBeLessThanOrEqual(150_000);
    const outputs = net.predict(tf.zeros([1, 64, 96, 3])) as Tensor4D[];
    expect(outputs.map((output) => output.shape)).toEqual([
      [1, 8, 12, 5],
      [1, 4, 6, 5],
      [1, 2, 3, 5],
    ]);
    // Untrained, it is sure of no face anywhere: logits about that of one in a hundred.
    expect(outputs[0]!.dataSync()[0]).toBeCloseTo(Math.log(0.01 / 0.99), 1);
  });

  it('starts from the same weights for the same seed', async () => {
    const { tf } = await loadTensorFlow('cpu');
    const first = (seed: number): number[] => [...buildFaceNet(tf, undefined, seed).getWeights()[0]!.dataSync()];
    expect(first(4)).toEqual(first(4));
    expect(first(4)).not.toEqual(first(5));
  });
});
