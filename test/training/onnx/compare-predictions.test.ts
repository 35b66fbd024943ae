import type { LayersModel } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { comparePredictions, PARITY_TOLERANCE } from '../../../src/training/onnx/compare-predictions.ts';
import { exportOnnx } from '../../../src/training/onnx/export-onnx.ts';

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
});

const build = (side: number | null): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', inputShape: [side, side, 2] }),
      tf.layers.upSampling2d({}),
    ],
  });

test('an export agrees with its model, in every layout, and leaves no tensors behind', async () => {
  const model = build(8);
  for (const inputLayout of ['NCHW', 'NHWC'] as const) {
    const onnx = await exportOnnx(tf, model, { inputLayout });
    const before = tf.memory().numTensors;
    const parity = await comparePredictions(tf, model, onnx, { inputLayout, pictures: 60 });
    expect(parity.pictures).toBe(60);
    expect(parity.maxDifference).toBeLessThan(PARITY_TOLERANCE);
    expect(parity.maxMagnitude).toBeGreaterThan(0.1);
    expect(tf.memory().numTensors).toBe(before);
  }
});

test('a free size is filled in', async () => {
  const model = build(null);
  const onnx = await exportOnnx(tf, model, { inputLayout: 'NCHW' });
  const parity = await comparePredictions(tf, model, onnx, { inputLayout: 'NCHW', pictures: 2, freeSize: [10, 7] });
  expect(parity.maxDifference).toBeLessThan(PARITY_TOLERANCE);
});

test('other weights are noticed', async () => {
  const onnx = await exportOnnx(tf, build(8), { inputLayout: 'NHWC' });
  const parity = await comparePredictions(tf, build(8), onnx, { inputLayout: 'NHWC', pictures: 2 });
  expect(parity.maxDifference).toBeGreaterThan(0.01);
});

test('other shapes are refused', async () => {
  const onnx = await exportOnnx(tf, build(8), { inputLayout: 'NHWC' });
  const wrong = comparePredictions(tf, build(8), onnx, { inputLayout: 'NHWC', outputLayout: 'NCHW', pictures: 2 });
  await expect(wrong).rejects.toThrow(/output 0 is \[2,8,8,3\] in ONNX, \[2,3,8,8\] here/);
});
