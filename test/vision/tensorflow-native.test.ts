import { describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../src/peers/tensorflow.ts';
import { loadTensorFlowEmotionClassifier } from '../../src/vision/tensorflow-emotion-classifier.ts';
import { TFJS_NODE } from '../peers/tfjs-node-available.ts';
import { expectParity } from './emotion-engines.ts';

describe.skipIf(!TFJS_NODE)('TensorFlow.js with TensorFlow’s library', () => {
  it('is what is loaded where it is installed', async () => {
    const { tf, runsOn } = await loadTensorFlow(1);
    expect(tf.getBackend()).toBe('tensorflow');
    expect(runsOn).toMatch(/TensorFlow's library$/);
  });

  it('scores faces as ONNX Runtime does', async () => {
    await expectParity(async (folder, head) => (await loadTensorFlowEmotionClassifier(folder, { head })).classifier);
  });

  it('leaves no tensor behind', async () => {
    const { classifier } = await loadTensorFlowEmotionClassifier(
      new URL('../../models/emotion', import.meta.url).pathname,
    );
    const before = TFJS_NODE!.memory().numTensors;
    const rgb = new Uint8Array(48 * 48 * 3);
    const frame = { camera: 'c', index: 0, atMs: 0, width: 48, height: 48, rgb };
    for (let i = 0; i < 3; i++) await classifier.classify(frame, [{ x: 0, y: 0, width: 48, height: 48 }]);
    expect(TFJS_NODE!.memory().numTensors).toBe(before);
    await classifier.close();
  });
});
