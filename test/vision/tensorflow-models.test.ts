import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { loadTensorFlowEmotionClassifier } from '../../src/vision/tensorflow-emotion-classifier.ts';

let folder: string;
const tensorFlow = { tf, runsOn: 'plain JavaScript' };

beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'moodstat-tensorflow-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A graph model, as the converter writes it: the crop's mean grey for `happy`, its negative for `sad`, 0 for the others. */
function graphModel(): { json: string; weights: Buffer } {
  const size = (n: number) => ({ size: String(n) });
  const type = { type: 'DT_FLOAT' };
  const shape = { shape: { dim: [size(-1), size(4), size(4), size(1)] } };
  const node = [
    { name: 'face', op: 'Placeholder', attr: { dtype: type, shape } },
    { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
    { name: 'kernel', op: 'Const', attr: { dtype: type } },
    { name: 'mean', op: 'Mean', input: ['face', 'axes'], attr: { keep_dims: { b: false }, T: type } },
    { name: 'scores', op: 'MatMul', input: ['mean', 'kernel'], attr: { T: type } },
  ];
  const weights = [
    { name: 'axes', shape: [2], dtype: 'int32' },
    { name: 'kernel', shape: [1, 7], dtype: 'float32' },
  ];
  const kernel = EMOTIONS.map((emotion) => (emotion === 'happy' ? 1 : emotion === 'sad' ? -1 : 0));
  return {
    json: JSON.stringify({
      format: 'graph-model',
      modelTopology: { node, versions: {} },
      weightsManifest: [{ paths: ['weights.bin'], weights }],
    }),
    weights: Buffer.concat([
      new Uint8Array(Int32Array.of(1, 2).buffer),
      new Uint8Array(Float32Array.from(kernel).buffer),
    ]),
  };
}

async function write(changes: object = {}): Promise<string> {
  const { json, weights } = graphModel();
  const head = { output: 'scores', labels: [...EMOTIONS], activation: 'logits', temperature: 1 };
  const card = {
    kind: 'emotion-classifier',
    name: 'test',
    file: 'model.json',
    sha256: createHash('sha256').update(json).update(weights).digest('hex'),
    input: {
      name: 'face',
      layout: 'NHWC',
      colour: 'grey',
      width: 4,
      height: 4,
      normalisation: { type: 'fixed', mean: [128, 0, 0], scale: [0.1, 1, 1] },
    },
    crop: { margin: 0, square: true },
    heads: { product: head },
    data: 'none',
    licence: 'MIT',
    ...changes,
  };
  await writeFile(join(folder, 'model.json'), json);
  await writeFile(join(folder, 'weights.bin'), weights);
  await writeFile(join(folder, 'card.json'), JSON.stringify(card));
  return folder;
}

const load = async (changes?: object) => loadTensorFlowEmotionClassifier(await write(changes), { tensorFlow });

describe('loadTensorFlowEmotionClassifier', () => {
  it('runs a graph model', async () => {
    const { classifier } = await load();
    const frame = { camera: 'c', index: 0, atMs: 0, width: 20, height: 20, rgb: new Uint8Array(1200).fill(158) };
    const [reading] = await classifier.classify(frame, [{ x: 2, y: 2, width: 12, height: 12 }]);
    expect(reading!.scores.happy).toBeCloseTo(Math.exp(3) / (Math.exp(3) + Math.exp(-3) + 5), 4);
    await classifier.close();
  });

  it.each<[string, object, RegExp]>([
    ['bad-weights', { sha256: '0'.repeat(64) }, /sha256 with its weights is .* the card says 000000000000…/],
    ['missing', { file: 'other.json' }, /other\.json: cannot be read/],
    ['unsupported', { file: 'model.onnx' }, /names no TensorFlow\.js form/],
    ['bad-card', { tensorflow: { file: '../model.json', sha256: '0'.repeat(64) } }, /tensorflow\.file: must be/],
    ['bad-card', { input: { name: 'picture' } }, /input/],
  ])('says %s, given %j', async (code, changes, message) => {
    await expect(load(changes)).rejects.toMatchObject({
      name: 'ModelError',
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('says which names the model has when the card has others', async () => {
    const card = JSON.parse(await readFile(join(await write(), 'card.json'), 'utf8')) as { input: object };
    await expect(load({ input: { ...card.input, name: 'picture' } })).rejects.toMatchObject({
      code: 'bad-card',
      message: expect.stringMatching(/no single input picture, only face, scores/) as string,
    });
  });
});
