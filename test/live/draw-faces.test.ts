import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFaces } from '../../src/live/draw-faces.ts';
import { renderGlyphs } from '../../src/live/glyphs.ts';
import { EMOTIONS, type EmotionScores } from '../../src/vision/emotion.ts';
import { fakeFrame } from '../fakes/fake-camera.ts';

const AMBER = [255, 176, 0];
const glyphs = await renderGlyphs(12);

function scored(scores: Partial<EmotionScores>): EmotionScores {
  return Object.fromEntries(EMOTIONS.map((emotion) => [emotion, scores[emotion] ?? 0])) as EmotionScores;
}

const face = { track: 3, box: { x: 60, y: 50, width: 60, height: 70 }, scores: scored({ happy: 0.9, sad: 0.1 }) };

describe('renderGlyphs', () => {
  it('knows every letter that a caption may have, each with ink inside its cell', () => {
    for (const caption of ['#0123456789', '100%', ...EMOTIONS])
      for (let i = 0; i < caption.length; i++) {
        const ink = glyphs.inkOf(caption.charAt(i));
        expect(ink?.length).toBe(glyphs.width * glyphs.height);
        expect(Math.max(...ink!)).toBeGreaterThan(128);
      }
    expect(glyphs.inkOf(' ')).toBeUndefined();
  });
});

describe('drawFaces', () => {
  it('draws the box and leaves the inside and the rest as they are', () => {
    const frame = fakeFrame({ width: 240, height: 180 });
    const { rgb } = drawFaces({ frame, faces: [face] }, glyphs);
    const pixel = (x: number, y: number) => [...rgb.subarray((y * 240 + x) * 3, (y * 240 + x) * 3 + 3)];
    for (const [x, y] of [
      [60, 80],
      [119, 80],
      [90, 50],
      [90, 119],
    ] as const)
      expect(pixel(x, y)).toEqual(AMBER);
    for (const [x, y] of [
      [90, 80],
      [58, 80],
      [200, 170],
      [5, 5],
    ] as const)
      expect(pixel(x, y)).toEqual([127, 127, 127]);
  });

  it('writes number and emotion above, what else is likely below', () => {
    const frame = fakeFrame({ width: 240, height: 180 });
    const { rgb } = drawFaces({ frame, faces: [face] }, glyphs);
    const inkIn = (top: number, bottom: number) =>
      rgb.subarray(top * 720, bottom * 720).filter((value) => value < 30).length;
    // Amber has no blue, so that a third of its values is below 30 anyway; ink has all three.
    const amberOnly = (rows: number, letters: number) => rows * (letters + 1) * glyphs.width;
    expect(inkIn(50 - glyphs.height, 50)).toBeGreaterThan(amberOnly(glyphs.height, '#3 happy 90%'.length));
    expect(inkIn(120, 120 + glyphs.height)).toBeGreaterThan(amberOnly(glyphs.height, 'sad 10%'.length));
    const sure = drawFaces({ frame, faces: [{ ...face, scores: scored({ happy: 1 }) }] }, glyphs);
    expect(sure.rgb.subarray(121 * 720).every((value) => value === 127)).toBe(true);
  });

  it('never draws into the frame itself, which others look at', () => {
    const rgb = Buffer.alloc(240 * 180 * 3, 127);
    drawFaces({ frame: fakeFrame({ width: 240, height: 180, rgb }), faces: [face] }, glyphs);
    expect(rgb.every((value) => value === 127)).toBe(true);
  });

  it('keeps inside whatever picture, wherever the box', () => {
    const px = fc.integer({ min: -300, max: 500 });
    const side = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(px, px, side, side, side, side, (x, y, boxWidth, boxHeight, width, height) => {
        const frame = fakeFrame({ width, height });
        const box = { x: x + 0.5, y, width: boxWidth, height: boxHeight };
        const drawn = drawFaces({ frame, faces: [{ ...face, box }] }, glyphs);
        expect(drawn.rgb.length).toBe(width * height * 3);
      }),
    );
  });
});
