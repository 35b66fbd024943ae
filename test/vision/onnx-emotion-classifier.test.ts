import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../src/capture/frame.ts';
import { exportOnnx } from '../../src/training/onnx/export-onnx.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import type { EmotionCard } from '../../src/vision/emotion-card.ts';
import { loadEmotionClassifier } from '../../src/vision/onnx-emotion-classifier.ts';

let folder: string;
let onnx: Uint8Array;

/** Logits: the crop's mean grey for `happy`, its negative for `sad`, 0 for the others; a second head the other way. */
beforeAll(async () => {
  await tf.setBackend('cpu');
  const input = tf.input({ shape: [4, 4, 1] });
  const pooled = tf.layers.globalAveragePooling2d({}).apply(input) as tf.SymbolicTensor;
  const dense = (sign: number): tf.SymbolicTensor => {
    const kernel = EMOTIONS.map((e) => (e === 'happy' ? sign : e === 'sad' ? -sign : 0));
    const layer = tf.layers.dense({ units: 7, useBias: false, weights: [tf.tensor2d([kernel])] });
    return layer.apply(pooled) as tf.SymbolicTensor;
  };
  const model = tf.model({ inputs: input, outputs: [dense(1), dense(-1)] });
  onnx = await exportOnnx(tf, model, { inputLayout: 'NCHW', inputName: 'face', outputNames: ['a', 'b'] });
  folder = await mkdtemp(join(tmpdir(), 'moodstat-emotion-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function card(): EmotionCard {
  const head = (output: string) => ({
    output,
    labels: [...EMOTIONS],
    activation: 'logits' as const,
    temperature: 1,
  });
  return {
    kind: 'emotion-classifier',
    name: 'test',
    file: 'model.onnx',
    sha256: createHash('sha256').update(onnx).digest('hex'),
    input: {
      name: 'face',
      layout: 'NCHW',
      colour: 'grey',
      width: 4,
      height: 4,
      normalisation: { type: 'fixed', mean: [128, 0, 0], scale: [0.1, 1, 1] },
    },
    crop: { margin: 0, shiftDown: 0, square: true },
    heads: { product: head('a'), fer2013: head('b') },
    data: 'none',
    licence: 'MIT',
  };
}

async function write(changed: object = {}): Promise<string> {
  await writeFile(join(folder, 'model.onnx'), onnx);
  await writeFile(join(folder, 'card.json'), JSON.stringify({ ...card(), ...changed }));
  return folder;
}

/** Left half dark, right half bright. */
function frame(): Frame {
  const rgb = new Uint8Array(40 * 20 * 3);
  for (let i = 0; i < 800; i++) rgb.fill(i % 40 < 20 ? 98 : 158, i * 3, i * 3 + 3);
  return { camera: 'test', index: 0, atMs: 0, width: 40, height: 20, rgb };
}

const DARK = { x: 2, y: 2, width: 12, height: 12 };
const BRIGHT = { x: 25, y: 4, width: 12, height: 12 };
const SURE = Math.exp(3) / (Math.exp(3) + Math.exp(-3) + 5);

describe('loadEmotionClassifier', () => {
  it('scores each box in its order', async () => {
    const classifier = await loadEmotionClassifier(await write());
    const readings = await classifier.classify(frame(), [BRIGHT, DARK, BRIGHT]);
    const scores = readings.map((reading) => reading.scores);
    expect(scores).toHaveLength(3);
    expect(scores[0]!.happy).toBeCloseTo(SURE, 4);
    expect(scores[1]!.sad).toBeCloseTo(SURE, 4);
    expect(scores[2]!.happy).toBeCloseTo(SURE, 4);
    await classifier.close();
  });

  it('gives an empty list without boxes, and serves crowds and two cameras at once', async () => {
    const classifier = await loadEmotionClassifier(await write());
    expect(await classifier.classify(frame(), [])).toEqual([]);
    const crowd = Array.from({ length: 70 }, (_, i) => (i % 2 === 0 ? BRIGHT : DARK));
    const [first, second] = await Promise.all([
      classifier.classify(frame(), crowd),
      classifier.classify(frame(), crowd.slice(1)),
    ]);
    first.forEach(({ scores }, i) => {
      expect(i % 2 === 0 ? scores.happy : scores.sad).toBeCloseTo(SURE, 4);
    });
    second.forEach(({ scores }, i) => {
      expect(i % 2 === 0 ? scores.sad : scores.happy).toBeCloseTo(SURE, 4);
    });
    await classifier.close();
  });

  it('uses the head that is asked for', async () => {
    const classifier = await loadEmotionClassifier(await write(), { head: 'fer2013' });
    expect((await classifier.classify(frame(), [BRIGHT]))[0]!.scores.sad).toBeCloseTo(SURE, 4);
    await classifier.close();
    await expect(loadEmotionClassifier(folder, { head: 'other' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('no head "other", only product, fer2013') as string,
    });
  });

  it.each([
    ['bad-weights', { sha256: '0'.repeat(64) }, /sha256 is .* the card says 000000000000…/],
    ['missing', { file: 'other.onnx' }, /other\.onnx: cannot be read/],
    ['bad-card', { input: { ...inputOf(), name: 'picture' } }, /no input picture, only face, a, b/],
    ['bad-card', { input: { ...inputOf(), height: 8 } }, /input: width and height must be equal/],
    ['bad-card', { kind: 'face-detector' }, /kind: /],
    ['bad-card', { heads: { product: { ...headOf(), labels: ['happy'] } } }, /must hold angry, disgust/],
    ['bad-card', { surprise: 1 }, /[Uu]nrecognized key.*surprise/],
  ] as const)('says %s and where, given %j', async (code, changed, message) => {
    await expect(loadEmotionClassifier(await write(changed))).rejects.toMatchObject({
      name: 'ModelError',
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('says when the folder or the JSON is broken', async () => {
    await expect(loadEmotionClassifier(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'missing' });
    await write();
    await writeFile(join(folder, 'card.json'), '{');
    await expect(loadEmotionClassifier(folder)).rejects.toMatchObject({ code: 'bad-card' });
  });

  it('refuses weights that are no ONNX, although the sum is right', async () => {
    const noise = Buffer.from('no model');
    await write({ sha256: createHash('sha256').update(noise).digest('hex') });
    await writeFile(join(folder, 'model.onnx'), noise);
    await expect(loadEmotionClassifier(folder)).rejects.toMatchObject({ code: 'bad-weights' });
  });

  it('says when the output has another number of labels than the card', async () => {
    const head = { ...headOf(), labels: [...EMOTIONS, 'contempt'] };
    const classifier = await loadEmotionClassifier(await write({ heads: { product: head } }));
    await expect(classifier.classify(frame(), [DARK])).rejects.toMatchObject({ code: 'bad-card' });
    await classifier.close();
  });
});

function inputOf() {
  return {
    name: 'face',
    layout: 'NCHW',
    colour: 'grey',
    width: 4,
    height: 4,
    normalisation: { type: 'fixed', mean: [128, 0, 0], scale: [0.1, 1, 1] },
  };
}

function headOf() {
  return { output: 'a', labels: [...EMOTIONS] as string[], activation: 'logits', temperature: 1 };
}
