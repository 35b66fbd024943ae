import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFaceCard } from '../../src/vision/face-card.ts';
import { ModelError } from '../../src/vision/model-error.ts';

const card = {
  kind: 'face-detector',
  name: 'test',
  file: 'model.onnx',
  sha256: 'a'.repeat(64),
  input: {
    name: 'image',
    layout: 'NCHW',
    colour: 'rgb',
    mean: [127.5, 127.5, 127.5],
    scale: [0.01, 0.01, 0.01],
    width: 320,
    height: 256,
    multipleOf: 32,
    padding: 127,
  },
  decoder: { type: 'moodstat', layout: 'NHWC', outputs: [{ name: 'output_8', stride: 8 }] },
  thresholds: { score: 0.5, nmsIou: 0.45 },
  data: 'none',
  licence: 'MIT',
};

describe('readFaceCard', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'moodstat-card-'));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  const read = async (content: string): Promise<unknown> => {
    await writeFile(join(dir, 'card.json'), content);
    return readFaceCard(dir).catch((error: unknown) => error);
  };

  it('reads a card', async () => {
    expect(await read(JSON.stringify(card))).toEqual(card);
  });

  it.each([
    ['yunet', { type: 'yunet', outputs: [{ stride: 8, class: 'cls_8', objectness: 'obj_8', box: 'bbox_8' }] }],
    ['ultraface', { type: 'ultraface', scores: 'scores', boxes: 'boxes' }],
  ])('reads the card of a %s model', async (_, decoder) => {
    expect(await read(JSON.stringify({ ...card, decoder }))).toMatchObject({ decoder });
  });

  it('says what to do when there is no card', async () => {
    const error = await readFaceCard(dir).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ code: 'missing' });
    expect((error as ModelError).message).toContain(join(dir, 'card.json'));
  });

  it.each([
    ['{', 'is not JSON'],
    [JSON.stringify({ ...card, kind: 'emotion-classifier' }), 'kind'],
    [JSON.stringify({ ...card, sha256: 'abc' }), 'sha256: must be 64 hexadecimal digits'],
    [JSON.stringify({ ...card, file: '../elsewhere.onnx' }), 'file: must be a file beside the card'],
    [JSON.stringify({ ...card, thresholds: { score: 2, nmsIou: 0.4 } }), 'thresholds.score'],
    [JSON.stringify({ ...card, decoder: { type: 'guess' } }), 'decoder.type'],
    [JSON.stringify({ ...card, colour: 'rgb' }), 'colour'],
  ])('names the fault in %.60s', async (content, message) => {
    const error = await read(content);
    expect(error).toMatchObject({ code: 'bad-card' });
    expect((error as ModelError).message).toContain(message);
    expect((error as ModelError).message).not.toContain('\n');
  });
});
