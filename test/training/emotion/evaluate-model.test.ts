import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURE_PX, SIDE, VOTE_COLUMNS } from '../../../src/training/emotion/data-set.ts';
import { evaluateModel } from '../../../src/training/emotion/evaluate-model.ts';
import { evaluationReport } from '../../../src/training/emotion/evaluation-report.ts';
import { exportOnnx } from '../../../src/training/onnx/export-onnx.ts';
import { EMOTIONS } from '../../../src/vision/emotion.ts';

let folder: string;
let modelDir: string;

/** A model whose benchmark head calls bright faces happy and dark ones sad, and whose product head swaps the two. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-evaluate-'));
  modelDir = join(folder, 'model');
  await mkdir(modelDir);
  await tf.setBackend('cpu');
  const input = tf.input({ shape: [SIDE, SIDE, 1] });
  const pooled = tf.layers.globalAveragePooling2d({}).apply(input) as tf.SymbolicTensor;
  const outputs = [-1, 1].map((sign) => {
    const kernel = tf.tensor2d([EMOTIONS.map((e) => (e === 'happy' ? sign : e === 'sad' ? -sign : 0))]);
    return tf.layers.dense({ units: 7, useBias: false, weights: [kernel] }).apply(pooled) as tf.SymbolicTensor;
  });
  const model = tf.model({ inputs: input, outputs });
  const onnx = await exportOnnx(tf, model, { inputLayout: 'NCHW', inputName: 'face', outputNames: ['p', 'f'] });
  const head = (output: string) => ({ output, labels: [...EMOTIONS], activation: 'logits', temperature: 1 });
  const normalisation = { type: 'fixed', mean: [128, 0, 0], scale: [0.05, 1, 1] };
  const card = {
    kind: 'emotion-classifier',
    name: 'test',
    file: 'model.onnx',
    sha256: createHash('sha256').update(onnx).digest('hex'),
    input: { name: 'face', layout: 'NCHW', colour: 'grey', width: SIDE, height: SIDE, normalisation },
    crop: { margin: 0.12, shiftDown: 0.05, square: true },
    heads: { product: head('p'), fer2013: head('f') },
    data: 'none',
    licence: 'MIT',
  };
  await writeFile(join(modelDir, 'model.onnx'), onnx);
  await writeFile(join(modelDir, 'card.json'), JSON.stringify(card));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** `label` by name, grey level, split, and the voters' column. */
async function csv(...rows: [label: string, grey: number, split: string, column: string][]): Promise<string> {
  const data = join(folder, `data-${rows.length}`);
  await mkdir(data, { recursive: true });
  const labelOf = (name: string): number => EMOTIONS.findIndex((emotion) => emotion === name);
  const pixels = (grey: number): string => Array<number>(PICTURE_PX).fill(grey).join(' ');
  const lines = rows.map(([label, grey, split]) => `${labelOf(label)},${pixels(grey)},${split}`);
  await writeFile(join(data, 'fer2013.csv'), ['emotion,pixels,Usage', ...lines].join('\n'));
  const votes = rows.map(([, , split, column]) => [split, 'x', ...VOTE_COLUMNS.map((c) => (c === column ? 10 : 0))]);
  await writeFile(
    join(data, 'fer2013new.csv'),
    [`Usage,Image name,${VOTE_COLUMNS.join(',')}`, ...votes.map((cells) => cells.join(','))].join('\n'),
  );
  return data;
}

describe('evaluateModel', () => {
  it('asks the benchmark head about the labels and the product head about the votes', async () => {
    const data = await csv(
      ['happy', 200, 'Training', 'happiness'],
      ['happy', 200, 'PrivateTest', 'sadness'],
      ['happy', 210, 'PrivateTest', 'sadness'],
      ['sad', 50, 'PrivateTest', 'happiness'],
      ['sad', 220, 'PrivateTest', 'NF'],
      ['fear', 0, 'PublicTest', 'fear'],
    );
    const { summary } = await evaluateModel({ data, split: 'PrivateTest', modelDir, quick: true });
    expect(summary).toMatchObject({
      split: 'PrivateTest',
      head: 'fer2013',
      images: 4,
      accuracy: 0.75,
      recall: { happy: 1, sad: 0.5, angry: null },
      model: { parameters: 14 },
      ferPlus: { head: 'product', images: 3, accuracy: 1 },
      withoutDuplicates: { images: 3 },
    });
    expect(summary).not.toHaveProperty('robustness');
    expect(summary.confusion[4]).toEqual([0, 0, 0, 1, 1, 0, 0]);
    const other = await evaluateModel({ data, split: 'PrivateTest', modelDir, head: 'product', quick: true });
    expect(other.summary.accuracy).toBe(0.25);
  });

  it('asks the product head about folders, all of it, and draws its report', async () => {
    const data = join(folder, 'photos');
    await mkdir(join(data, 'sad'), { recursive: true });
    const picture = sharp({ create: { width: 90, height: 120, channels: 3, background: { r: 230, g: 230, b: 230 } } });
    await picture.toFile(join(data, 'sad', 'a.png'));
    const { summary, title, parts } = await evaluateModel({ data, split: 'PrivateTest', modelDir });
    expect(summary).toMatchObject({ split: null, head: 'product', images: 1, accuracy: 1 });
    expect(summary).not.toHaveProperty('ferPlus');
    expect(summary).not.toHaveProperty('withoutDuplicates');
    expect(summary.robustness?.map(({ name }) => name)).toContain('crop −15 %');
    const html = await evaluationReport(title, parts, summary.robustness ?? []);
    expect(html).toContain('Confusion');
    expect(html).toContain('crop −30 %');
    expect(html).not.toMatch(/NaN|undefined/);
  });

  it('says when the split is not there', async () => {
    const data = await csv(['happy', 1, 'PublicTest', 'fear']);
    await expect(evaluateModel({ data, split: 'PrivateTest', modelDir })).rejects.toThrow(
      /holds no pictures of PrivateTest/,
    );
  });
});
