import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectedFace } from '../../src/vision/face.ts';
import { NO_TRACKS, trackFaces, TRACKING_DEFAULTS } from '../../src/vision/track-faces.ts';

function face(x: number, y = 100, size = 80): DetectedFace {
  return { box: { x, y, width: size, height: size }, score: 0.9 };
}

/** Ids seen in each frame; frames are 200 ms apart. */
function ids(frames: DetectedFace[][], options = TRACKING_DEFAULTS): number[][] {
  let state = NO_TRACKS;
  return frames.map((faces, i) => {
    const step = trackFaces(state, faces, i * 200, options);
    state = step.state;
    return step.faces.map(({ track }) => track);
  });
}

describe('trackFaces', () => {
  it('counts a face from its second frame on', () => {
    expect(ids([[face(100)], [face(102)], [face(104)]])).toEqual([[], [1], [1]]);
  });

  it('never counts a false alarm of one frame', () => {
    expect(ids([[face(100)], [face(102), face(400)], [face(104)], [face(105), face(300)]]).flat()).toEqual([1, 1, 1]);
  });

  it('keeps the number over a blink of the detector', () => {
    expect(ids([[face(100)], [face(100)], [], [], [face(100)]])).toEqual([[], [1], [], [], [1]]);
  });

  it('forgets a face after its death', () => {
    const gone = Array.from({ length: 8 }, () => []);
    expect(ids([[face(100)], [face(100)], ...gone, [face(100)], [face(100)]]).at(-1)).toEqual([2]);
  });

  it('follows a face that moves more than its own overlap, by its velocity', () => {
    const steps = Array.from({ length: 10 }, (_, i) => [face(50 + (i < 4 ? i * 35 : 105 + (i - 3) * 55))]);
    expect(new Set(ids(steps).flat())).toEqual(new Set([1]));
  });

  it('keeps two neighbours apart', () => {
    const frames = Array.from({ length: 6 }, (_, i) => [face(100 + i), face(190 - i)]);
    expect(ids(frames).slice(1)).toEqual(Array.from({ length: 5 }, () => [1, 2]));
    const swapped = frames.map((faces, i) => (i % 2 ? [...faces].reverse() : faces));
    expect(
      ids(swapped)
        .slice(1)
        .map((row) => [...row].sort()),
    ).toEqual(Array.from({ length: 5 }, () => [1, 2]));
  });

  it('gives every face of a frame its own number, whatever comes', () => {
    const faces = fc.array(
      fc.record({
        x: fc.integer({ min: -50, max: 600 }),
        y: fc.integer({ min: -50, max: 400 }),
        size: fc.integer({ min: 1, max: 300 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.array(faces, { maxLength: 12 }), (frames) => {
        const out = ids(frames.map((list) => list.map(({ x, y, size }) => face(x, y, size))));
        out.forEach((row, i) => {
          expect(new Set(row).size).toBe(row.length);
          expect(row.length).toBeLessThanOrEqual(frames[i]!.length);
        });
      }),
      { seed: 2 },
    );
  });
});
