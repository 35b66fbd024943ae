import { describe, expect, it } from 'vitest';
import type { EmotionInputCard } from '../../src/vision/emotion-card.ts';
import { inputLength, renderFace } from '../../src/vision/face-input.ts';

const PIXELS = { width: 2, height: 2, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) };
const WHOLE = { x: 0, y: 0, size: 2 };

function rendered(changed: Partial<EmotionInputCard>): number[] {
  const input: EmotionInputCard = {
    name: 'face',
    layout: 'NCHW',
    colour: 'rgb',
    width: 2,
    height: 2,
    normalisation: { type: 'fixed', mean: [0, 0, 0], scale: [1, 1, 1] },
    ...changed,
  };
  const out = new Float32Array(inputLength(input) + 1);
  renderFace(PIXELS, WHOLE, input, out, 1);
  return [...out.subarray(1)];
}

describe('renderFace', () => {
  it.each([
    ['NCHW', 'rgb', [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]],
    ['NCHW', 'bgr', [3, 6, 9, 12, 2, 5, 8, 11, 1, 4, 7, 10]],
    ['NHWC', 'rgb', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ] as const)('lays out %s %s', (layout, colour, expected) => {
    expect(rendered({ layout, colour })).toEqual(expected);
  });

  it('normalises each channel by its own mean and scale', () => {
    const normalisation = { type: 'fixed', mean: [1, 2, 3], scale: [2, 3, 4] } as const;
    const input = { ...normalisation, mean: [...normalisation.mean], scale: [...normalisation.scale] };
    expect(rendered({ layout: 'NHWC', normalisation: input as EmotionInputCard['normalisation'] })).toEqual([
      0, 0, 0, 6, 9, 12, 12, 18, 24, 18, 27, 36,
    ]);
  });

  it('standardises the crop', () => {
    const values = rendered({ colour: 'grey', normalisation: { type: 'per-picture', minDeviation: 0.1 } });
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 4);
    expect(values.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 4);
  });
});
