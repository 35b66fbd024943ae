import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { expect, it, onTestFinished } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend.ts';
import { saveReportModel } from '../../../src/training/emotion/report-card.ts';
import { buildReportNet } from '../../../src/training/emotion/report-net.ts';
import { EMOTIONS } from '../../../src/vision/emotion.ts';
import { loadEmotionClassifier } from '../../../src/vision/onnx-emotion-classifier.ts';
import { loadTensorFlowEmotionClassifier } from '../../../src/vision/tensorflow-emotion-classifier.ts';

it("saves the report's network so that the daemon runs it as it is, and says what it said in training", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { tf, backend } = await loadTensorFlow();
  const model = buildReportNet(tf, 3, 0.05);
  await saveReportModel(model, folder);

  const grey = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * 7) % 256);
  const rgb = Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]!);
  const input = tf.tensor4d(
    Float32Array.from(grey, (value) => value / 255),
    [1, 48, 48, 1],
  );
  const wanted = (model.predict(input) as Tensor).dataSync();
  const { classifier } = await loadTensorFlowEmotionClassifier(folder, { tensorFlow: { tf, runsOn: backend } });
  const frame = { camera: 'c', index: 0, atMs: 0, width: 48, height: 48, rgb };
  const [reading] = await classifier.classify(frame, [{ x: 0, y: 0, width: 48, height: 48 }]);
  EMOTIONS.forEach((emotion, i) => {
    expect(reading!.scores[emotion]).toBeCloseTo(wanted[i]!, 4);
  });
  await classifier.close();

  await expect(loadEmotionClassifier(folder)).rejects.toMatchObject({
    name: 'ModelError',
    code: 'unsupported',
    message: expect.stringContaining('vision.engine') as string,
  });
});
