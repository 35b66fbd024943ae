import { beforeAll, describe, expect, it } from 'vitest';
import { PeerError } from '../../src/peers/peer.ts';
import { loadTensorFlow, type LoadedTensorFlow } from '../../src/peers/tensorflow.ts';
import { loadTensorFlowEmotionClassifier } from '../../src/vision/tensorflow-emotion-classifier.ts';
import { expectParity } from './emotion-engines.ts';

let tensorFlow: LoadedTensorFlow;
beforeAll(async () => {
  tensorFlow = await loadTensorFlow(1, () => {
    throw new PeerError('missing', '@tensorflow/tfjs-node is not installed; install it: npm …');
  });
});

describe('TensorFlow.js where TensorFlow’s library is not there', () => {
  it('runs on WebAssembly, and says so and why', () => {
    expect(tensorFlow.tf.getBackend()).toBe('wasm');
    expect(tensorFlow.runsOn).toMatch(/WebAssembly, for @tensorflow\/tfjs-node is not installed; install it: npm/);
  });

  it('scores faces as ONNX Runtime does', async () => {
    await expectParity(
      async (folder, head) => (await loadTensorFlowEmotionClassifier(folder, { head, tensorFlow })).classifier,
    );
  });
});
