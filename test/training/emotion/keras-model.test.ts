import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importKeras, type KerasOptions } from '../../../src/training/emotion/keras-model.ts';
import { loadTensorFlow, type Tf } from '../../../src/training/backend.ts';
import { EMOTIONS } from '../../../src/vision/emotion.ts';
import { loadEmotionClassifier } from '../../../src/vision/onnx-emotion-classifier.ts';

let tf: Tf;
let folder: string;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow('cpu'));
  folder = await mkdtemp(join(tmpdir(), 'moodstat-keras-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const LABELS = ['neutral', 'happy', 'sad', 'surprise', 'fear', 'disgust', 'angry', 'contempt'];
const OPTIONS: KerasOptions = { name: 'x', labels: LABELS, range: '0..1', data: '-', licence: '-', pictures: 10 };

function build(
  channels: number,
  units = 8,
  activation: 'softmax' | 'linear' | 'sigmoid' = 'softmax',
  side: number | null = 24,
): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.separableConv2d({
        filters: 6,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        inputShape: [side, side, channels],
      }),
      tf.layers.batchNormalization({}),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units, activation, kernelInitializer: tf.initializers.randomNormal({ stddev: 3, seed: 1 }) }),
    ],
  });
}

describe('importKeras', () => {
  it('makes a model that the daemon reads as the net itself sees: foreign label order, extra label, colours', async () => {
    const model = build(3);
    const { onnx, card, parity } = await importKeras(tf, model, { ...OPTIONS, colour: 'bgr', range: '-1..1' });
    expect(parity.maxDifference).toBeLessThan(1e-4);
    expect(card.heads.product).toMatchObject({ labels: LABELS, activation: 'softmax', temperature: 1 });
    await writeFile(join(folder, 'model.onnx'), onnx);
    await writeFile(join(folder, 'card.json'), JSON.stringify(card));
    const classifier = await loadEmotionClassifier(folder);
    const rgb = Uint8Array.from({ length: 24 * 24 * 3 }, (_, i) => (i * 7 + (i % 3) * 60) % 256);
    const frame = { camera: 'c', index: 0, atMs: 0, width: 24, height: 24, rgb };
    const [reading] = await classifier.classify(frame, [{ x: 0, y: 0, width: 24, height: 24 }]);
    await classifier.close();

    const bgr = Float32Array.from(rgb, (_, i) => (rgb[i - (i % 3) + 2 - (i % 3)]! - 127.5) / 127.5);
    const output = (model.predict(tf.tensor4d(bgr, [1, 24, 24, 3])) as ReturnType<Tf['tensor']>).dataSync();
    const seven = 1 - output[LABELS.indexOf('contempt')]!;
    for (const emotion of EMOTIONS)
      expect(reading!.scores[emotion]).toBeCloseTo(output[LABELS.indexOf(emotion)]! / seven, 4);
  });

  it.each([
    ['0..255', { type: 'fixed', mean: [0, 0, 0], scale: [1, 1, 1] }],
    ['0..1', { type: 'fixed', mean: [0, 0, 0], scale: [1 / 255, 1 / 255, 1 / 255] }],
    ['standardised', { type: 'per-picture', minDeviation: 1 }],
  ] as const)('writes the range %s into the card', async (range, normalisation) => {
    const { card } = await importKeras(tf, build(1, 8, 'linear'), { ...OPTIONS, range });
    expect(card.input).toMatchObject({ colour: 'grey', width: 24, height: 24, normalisation });
    expect(card.heads.product.activation).toBe('logits');
  });

  it('takes the side of a net of free size', async () => {
    const { card } = await importKeras(tf, build(1, 8, 'softmax', null), { ...OPTIONS, side: 32 });
    expect(card.input).toMatchObject({ width: 32, height: 32 });
  });

  it.each<[string, () => LayersModel, Partial<KerasOptions>, RegExp]>([
    ['missing labels', () => build(1, 7), { labels: LABELS.slice(1) }, /labels lack neutral/],
    ['too few outputs', () => build(1, 7), {}, /has 7 outputs a picture, but 8 labels/],
    ['an unknown order of colours', () => build(3), {}, /rgb or bgr/],
    ['an unknown size', () => build(1, 8, 'softmax', null), {}, /which side in px/],
    ['another size', () => build(1), { side: 48 }, /24 × 24 px, which is not 48 × 48/],
    ['outputs that are no classes', () => build(1, 8, 'sigmoid'), {}, /"sigmoid"; softmax/],
    ['five channels', () => build(5), {}, /1 or 3 channels/],
    ['labels given twice', () => build(1), { labels: [...LABELS.slice(0, 7), 'angry'] }, /labels must differ/],
  ])('refuses %s', async (_, model, options, message) => {
    await expect(importKeras(tf, model(), { ...OPTIONS, ...options })).rejects.toThrow(message);
  });
});
