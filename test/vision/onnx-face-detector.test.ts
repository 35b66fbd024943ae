import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../src/capture/frame.ts';
import { loadTensorFlow } from '../../src/training/backend.ts';
import { exportOnnx } from '../../src/training/onnx/export-onnx.ts';
import { ModelError } from '../../src/vision/model-error.ts';
import { loadFaceDetector } from '../../src/vision/onnx-face-detector.ts';

/** A "detector" to whom a cell of 8 × 8 red pixels is a face of 16 × 16, the surer the redder. */
async function redCellDetector(): Promise<Uint8Array> {
  const { tf } = await loadTensorFlow('cpu');
  const image = tf.input({ shape: [null, null, 3], name: 'image' });
  const cells = tf.layers.averagePooling2d({ poolSize: 8, strides: 8 }).apply(image);
  const head = tf.layers.conv2d({ filters: 5, kernelSize: 1, name: 'output_8' });
  const model = tf.model({ inputs: image, outputs: head.apply(cells) as ReturnType<typeof tf.input> });
  const kernel = tf.tensor4d([8, 0, 0, 0, 0, -8, 0, 0, 0, 0, -8, 0, 0, 0, 0], [1, 1, 3, 5]);
  head.setWeights([kernel, tf.tensor1d([-4, 0, 0, 0, 0])]);
  return exportOnnx(tf, model, {
    inputLayout: 'NCHW',
    inputName: 'image',
    dynamicSize: true,
    outputLayout: 'NCHW',
    outputNames: ['output_8'],
  });
}

function cardOf(weights: Uint8Array): Record<string, unknown> {
  return {
    kind: 'face-detector',
    name: 'red cells',
    file: 'model.onnx',
    sha256: createHash('sha256').update(weights).digest('hex'),
    input: {
      name: 'image',
      layout: 'NCHW',
      colour: 'rgb',
      mean: [0, 0, 0],
      scale: [1 / 255, 1 / 255, 1 / 255],
      width: 64,
      height: 64,
      multipleOf: 32,
      padding: 0,
    },
    decoder: { type: 'moodstat', layout: 'NCHW', outputs: [{ name: 'output_8', stride: 8 }] },
    thresholds: { score: 0.5, nmsIou: 0.3 },
    data: 'none',
    licence: 'MIT',
  };
}

/** A black frame with red squares of 8 px at the given corners. */
function frameWith(width: number, height: number, squares: readonly (readonly [number, number, number?])[]): Frame {
  const rgb = new Uint8Array(width * height * 3);
  for (const [left, top, red = 255] of squares)
    for (let y = top; y < top + 8; y++) for (let x = left; x < left + 8; x++) rgb[(y * width + x) * 3] = red;
  return { camera: 'test', index: 0, atMs: 0, width, height, rgb };
}

describe('loadFaceDetector', () => {
  let dir: string;
  let weights: Uint8Array;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'moodstat-detector-'));
    weights = await redCellDetector();
    await writeModel({});
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  async function writeModel(changes: Record<string, unknown>, bytes: Uint8Array = weights): Promise<void> {
    await writeFile(join(dir, 'model.onnx'), bytes);
    await writeFile(join(dir, 'card.json'), JSON.stringify({ ...cardOf(weights), ...changes }));
  }

  const faultOf = async (options = {}): Promise<unknown> =>
    loadFaceDetector(dir, options).catch((error: unknown) => error);

  it('finds no face in an empty frame, and all in another, in order of score', async () => {
    await writeModel({});
    const detector = await loadFaceDetector(dir);
    expect(await detector.detect(frameWith(64, 64, []))).toEqual([]);
    const faces = await detector.detect(
      frameWith(64, 64, [
        [16, 24, 180],
        [48, 48],
      ]),
    );
    expect(faces.map(({ box }) => [box.x, box.y, box.width, box.height].map(Math.round))).toEqual([
      [44, 44, 16, 16],
      [12, 20, 16, 16],
    ]);
    expect(faces[0]!.score).toBeGreaterThan(faces[1]!.score);
    await detector.close();
  });

  it('gives boxes in px of the frame, whatever its size and shape', async () => {
    await writeModel({});
    const detector = await loadFaceDetector(dir);
    // 128 × 32 is shrunk by two into 64 × 16, centred in 64 × 32, and its squares are half a cell: too weak.
    const wide = frameWith(128, 32, []);
    for (let y = 0; y < 16; y++) for (let x = 48; x < 64; x++) wide.rgb[(y * 128 + x) * 3] = 255;
    const [face] = await detector.detect(wide);
    expect(face!.box).toEqual({ x: 40, y: -8, width: 32, height: 32 });
    await detector.close();
  });

  it('serves frames that are under way at once', async () => {
    await writeModel({});
    const detector = await loadFaceDetector(dir);
    const frames = [0, 8, 16, 24, 32, 40].map((x) => frameWith(64, 64, [[x, 8]]));
    const found = await Promise.all(frames.map((frame) => detector.detect(frame)));
    expect(found.map((faces) => Math.round(faces[0]!.box.x))).toEqual([-4, 4, 12, 20, 28, 36]);
    await detector.close();
  });

  it('takes another input size, score and smallest face', async () => {
    await writeModel({});
    const larger = await loadFaceDetector(dir, { inputWidth: 128, inputHeight: 96 });
    expect(await larger.detect(frameWith(128, 96, [[64, 64]]))).toHaveLength(1);
    await larger.close();
    const strict = await loadFaceDetector(dir, { minScore: 0.9 });
    expect(
      await strict.detect(
        frameWith(64, 64, [
          [16, 24, 180],
          [48, 48],
        ]),
      ),
    ).toHaveLength(1);
    await strict.close();
    const near = await loadFaceDetector(dir, { minFacePx: 17 });
    expect(await near.detect(frameWith(64, 64, [[16, 24]]))).toEqual([]);
    await near.close();
  });

  it('refuses a size that the model cannot take', async () => {
    await writeModel({});
    expect(await faultOf({ inputWidth: 100 })).toMatchObject({ code: 'unsupported' });
  });

  it('gives a model of fixed size its own, whatever is configured', async () => {
    const fixed = { ...(cardOf(weights)['input'] as Record<string, unknown>) };
    delete fixed['multipleOf'];
    await writeModel({ input: fixed });
    const detector = await loadFaceDetector(dir, { inputWidth: 320, inputHeight: 256 });
    const [face] = await detector.detect(frameWith(64, 64, [[48, 48]]));
    expect(face!.box).toEqual({ x: 44, y: 44, width: 16, height: 16 });
    await detector.close();
  });

  it.each([
    ['weights that are not those of the card', { sha256: 'b'.repeat(64) }, 'bad-weights', 'restore the model'],
    [
      'an input of another name',
      { input: { ...(cardOf(new Uint8Array())['input'] as object), name: 'x' } },
      'bad-card',
      'no input x',
    ],
    ['weights that are not there', { file: 'absent.onnx' }, 'missing', 'absent.onnx'],
  ])('refuses %s', async (_, changes, code, text) => {
    await writeModel(changes);
    const error = await faultOf();
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ code });
    expect((error as ModelError).message).toContain(text);
  });

  it('refuses weights that ONNX Runtime cannot read', async () => {
    const broken = Buffer.from('not a model');
    await writeModel({ sha256: createHash('sha256').update(broken).digest('hex') }, broken);
    expect(await faultOf()).toMatchObject({ code: 'bad-weights' });
  });
});

describe('the shipped face detector', () => {
  it('loads, looks at any frame, and finds no face in a grey wall', async () => {
    const detector = await loadFaceDetector('models/face');
    const wall: Frame = { ...frameWith(640, 360, []), rgb: new Uint8Array(640 * 360 * 3).fill(120) };
    expect(await detector.detect(wall)).toEqual([]);
    expect(await detector.detect(frameWith(33, 77, []))).toEqual([]);
    await detector.close();
  });

  it('is small enough for one core of a home server', async () => {
    const card = JSON.parse(await readFile('models/face/card.json', 'utf8')) as { parameters: number };
    expect(card.parameters).toBeLessThanOrEqual(150_000);
  });
});
