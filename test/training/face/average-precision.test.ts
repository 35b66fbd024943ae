import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  judge,
  recallAbove,
  thresholdAt,
  type JudgedPicture,
} from '../../../src/training/face/average-precision.ts';
import type { Box } from '../../../src/vision/face.ts';

const box = (x: number, size = 40): Box => ({ x, y: 0, width: size, height: size });

describe('judge', () => {
  it('counts a face once: the second box on it is a false alarm', () => {
    const verdicts = judge([
      {
        faces: [box(0)],
        ignored: [],
        found: [
          { box: box(2), score: 0.6 },
          { box: box(0), score: 0.9 },
        ],
      },
    ]);
    expect(verdicts.map(({ detection, face }) => [detection.score, face])).toEqual([
      [0.9, 0],
      [0.6, undefined],
    ]);
  });

  it('neither rewards nor punishes what falls on an ignored box', () => {
    expect(judge([{ faces: [], ignored: [box(0)], found: [{ box: box(1), score: 0.9 }] }])).toEqual([]);
  });

  it('asks for an overlap of one half', () => {
    const found = (x: number): JudgedPicture => ({ faces: [box(0)], ignored: [], found: [{ box: box(x), score: 1 }] });
    expect(judge([found(13)])[0]?.face).toBe(0);
    expect(judge([found(14)])[0]?.face).toBeUndefined();
  });
});

describe('averagePrecision', () => {
  it('is one for a perfect detector and zero for a blind one', () => {
    const perfect: JudgedPicture[] = [
      { faces: [box(0), box(100)], ignored: [], found: [0, 100].map((x) => ({ box: box(x), score: 0.5 })) },
    ];
    expect(averagePrecision(judge(perfect), 2)).toBe(1);
    expect(averagePrecision([], 2)).toBe(0);
  });

  it('follows a curve worked out by hand', () => {
    // hit, false alarm, hit of three faces: 1/3 · 1 + 1/3 · 2/3
    const found = [
      { box: box(0), score: 0.9 },
      { box: box(500), score: 0.8 },
      { box: box(100), score: 0.7 },
    ];
    const verdicts = judge([{ faces: [box(0), box(100), box(200)], ignored: [], found }]);
    expect(averagePrecision(verdicts, 3)).toBeCloseTo(1 / 3 + 2 / 9, 12);
  });

  it('lies between zero and one, and false alarms at the end cost nothing', () => {
    const scores = fc.array(
      fc.record({ x: fc.integer({ min: 0, max: 400 }), score: fc.double({ min: 0.1, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(scores, (list) => {
        const faces = [box(0), box(100), box(200)];
        const found = list.map(({ x, score }) => ({ box: box(x), score }));
        const before = averagePrecision(judge([{ faces, ignored: [], found }]), 3);
        const after = averagePrecision(
          judge([{ faces, ignored: [], found: [...found, { box: box(9000), score: 0.01 }] }]),
          3,
        );
        expect(before).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(1);
        expect(after).toBeCloseTo(before, 12);
      }),
    );
  });
});

describe('thresholdAt and recallAbove', () => {
  const pictures: JudgedPicture[] = [
    {
      faces: [box(0), { x: 100, y: 0, width: 100, height: 100 }],
      ignored: [],
      found: [
        { box: box(0), score: 0.9 },
        { box: box(500), score: 0.8 },
        { box: { x: 100, y: 0, width: 100, height: 100 }, score: 0.7 },
        { box: box(600), score: 0.6 },
      ],
    },
  ];
  const verdicts = judge(pictures);

  it('takes the lowest score with no more false alarms than allowed', () => {
    expect(thresholdAt(verdicts, 1, 1)).toBe(0.7);
    expect(thresholdAt(verdicts, 1, 0.1)).toBe(0.9);
    expect(thresholdAt(verdicts, 1, 5)).toBe(0.6);
  });

  it('counts the faces of a range of heights', () => {
    expect(recallAbove(pictures, verdicts, 0.8)).toBe(0.5);
    expect(recallAbove(pictures, verdicts, 0.8, [50, Infinity])).toBe(0);
    expect(recallAbove(pictures, verdicts, 0.7, [50, Infinity])).toBe(1);
    expect(recallAbove(pictures, verdicts, 0.7, [200, 300])).toBeNaN();
  });
});
