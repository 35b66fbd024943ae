import { describe, expect, it } from 'vitest';
import type { FaceDecoderCard } from '../../src/vision/face-card.ts';
import { createFaceDecoder } from '../../src/vision/face-decoder.ts';
import type { OutputTensor } from '../../src/vision/network.ts';

const input = { width: 32, height: 16 };

function tensor(dims: number[], values: Record<number, number>, fill = 0): OutputTensor {
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(fill);
  for (const [at, value] of Object.entries(values)) data[Number(at)] = value;
  return { dims, data };
}

describe("moodstat's decoder", () => {
  // Row 1, column 2 of 2 × 4 cells of 8 px: centre (20, 12); distances of ½, 1, 2 and 4 cells.
  const logs = [0.5, 1, 2, 4].map(Math.log);
  const expected = { box: { x: 16, y: 4, width: 20, height: 40 }, score: 0.5 };

  const decode = (layout: 'NCHW' | 'NHWC', output: OutputTensor, minScore: number): unknown => {
    const card: FaceDecoderCard = { type: 'moodstat', layout, outputs: [{ name: 'out', stride: 8 }] };
    return createFaceDecoder(card)({ out: output }, input, minScore).map(({ box, score }) => ({
      box: Object.fromEntries(Object.entries(box).map(([key, value]) => [key, Math.round(value * 1000) / 1000])),
      score,
    }));
  };

  it('reads channels last', () => {
    const at = 6 * 5;
    const values = Object.fromEntries([0, ...logs].map((value, i) => [at + i, value]));
    expect(decode('NHWC', tensor([1, 2, 4, 5], values, -9), 0.4)).toEqual([expected]);
  });

  it('reads channels first', () => {
    const values = Object.fromEntries([0, ...logs].map((value, i) => [i * 8 + 6, value]));
    expect(decode('NCHW', tensor([1, 5, 2, 4], values, -9), 0.4)).toEqual([expected]);
  });

  it('reports nothing below the score, nor what is not a number', () => {
    expect(decode('NHWC', tensor([1, 2, 4, 5], { 30: 0 }, -9), 0.51)).toEqual([]);
    expect(decode('NHWC', tensor([1, 2, 4, 5], {}, NaN), 0.4)).toEqual([]);
  });

  it('holds absurd distances in bounds', () => {
    const [face] = createFaceDecoder({ type: 'moodstat', layout: 'NHWC', outputs: [{ name: 'out', stride: 8 }] })(
      { out: tensor([1, 1, 1, 5], {}, 80) },
      input,
      0.5,
    );
    expect(face?.box.width).toBeCloseTo(16 * Math.exp(3), 3);
  });
});

describe("YuNet's decoder", () => {
  it('takes the geometric mean of class and objectness, and boxes about a shifted centre', () => {
    const card: FaceDecoderCard = {
      type: 'yunet',
      outputs: [{ stride: 8, class: 'cls_8', objectness: 'obj_8', box: 'bbox_8' }],
    };
    const at = 5;
    const outputs = {
      cls_8: tensor([1, 8, 1], { [at]: 0.64 }),
      obj_8: tensor([1, 8, 1], { [at]: 1.2 }),
      bbox_8: tensor([1, 8, 4], {
        [at * 4]: 0.5,
        [at * 4 + 1]: 0.25,
        [at * 4 + 2]: Math.log(2),
        [at * 4 + 3]: Math.log(3),
      }),
    };
    const faces = createFaceDecoder(card)(outputs, input, 0.3);
    expect(faces).toHaveLength(1);
    // Column 1, row 1: centre (12, 10), size 16 × 24; objectness is held at 1.
    expect(faces[0]!.score).toBeCloseTo(0.8, 5);
    expect(faces[0]!.box.x).toBeCloseTo(4, 4);
    expect(faces[0]!.box.y).toBeCloseTo(-2, 4);
    expect(faces[0]!.box.width).toBeCloseTo(16, 4);
    expect(faces[0]!.box.height).toBeCloseTo(24, 4);
  });
});

describe("UltraFace's decoder", () => {
  it('reads corners relative to the input', () => {
    const card: FaceDecoderCard = { type: 'ultraface', scores: 'scores', boxes: 'boxes' };
    const outputs = {
      scores: tensor([1, 2, 2], { 0: 0.9, 1: 0.1, 2: 0.2, 3: 0.8 }),
      boxes: tensor([1, 2, 4], { 4: 0.25, 5: 0.5, 6: 0.5, 7: 1 }),
    };
    const faces = createFaceDecoder(card)(outputs, input, 0.5);
    expect(faces).toEqual([{ box: { x: 8, y: 8, width: 8, height: 8 }, score: outputs.scores.data[3] }]);
  });

  it('moves and sizes the priors of exports without post-processing', () => {
    const card: FaceDecoderCard = {
      type: 'ultraface',
      scores: 'scores',
      boxes: 'boxes',
      priors: {
        levels: [
          { stride: 8, sizesPx: [10, 16] },
          { stride: 16, sizesPx: [8] },
        ],
        centreVariance: 0.1,
        sizeVariance: 0.2,
      },
    };
    // 2 × 4 cells of two priors, then 1 × 2 cells of one: the last prior is number 17, centre (24, 8), 8 px.
    const outputs = {
      scores: tensor([1, 18, 2], { [17 * 2 + 1]: 1 }),
      boxes: tensor([1, 18, 4], {
        [17 * 4]: 5,
        [17 * 4 + 1]: 0,
        [17 * 4 + 2]: Math.log(2) / 0.2,
        [17 * 4 + 3]: 0,
      }),
    };
    const [face] = createFaceDecoder(card)(outputs, input, 0.5);
    // Centre moved by 5 · 0.1 · 8 px to x = 28; twice as wide.
    expect(face!.box.x).toBeCloseTo(20, 4);
    expect(face!.box.y).toBeCloseTo(4, 4);
    expect(face!.box.width).toBeCloseTo(16, 4);
    expect(face!.box.height).toBeCloseTo(8, 4);
  });
});
