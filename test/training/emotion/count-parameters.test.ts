import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { countParameters } from '../../../src/training/emotion/count-parameters.ts';
import { exportOnnx } from '../../../src/training/onnx/export-onnx.ts';

describe('countParameters', () => {
  it('counts what an ONNX file stores', async () => {
    await tf.setBackend('cpu');
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 5, inputShape: [3] })] });
    const onnx = await exportOnnx(tf, model, { inputLayout: 'NHWC', inputName: 'x', outputNames: ['y'] });
    expect(countParameters(onnx)).toBe(3 * 5 + 5);
    expect(() => countParameters(onnx.subarray(0, 40))).toThrow(RangeError);
  });
});
