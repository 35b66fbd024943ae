import { describe, expect, it } from 'vitest';
import { outsideZones } from '../../src/vision/ignore-zones.ts';

const FRAME = { width: 640, height: 480 };
const LEFT_HALF = { x: 0, y: 0, width: 0.5, height: 1 };

function faceAt(centreX: number, centreY: number) {
  return { box: { x: centreX - 40, y: centreY - 50, width: 80, height: 100 }, score: 0.9 };
}

describe('outsideZones', () => {
  it.each([
    ['no zones', [], 100, true],
    ['in a zone', [LEFT_HALF], 100, false],
    ['on its first edge', [{ x: 0.5, y: 0, width: 0.5, height: 1 }], 320, false],
    ['on its last edge, which is outside', [LEFT_HALF], 320, true],
    ['reaching into a zone, with its centre outside', [LEFT_HALF], 350, true],
    ['in the second of two', [{ x: 0.9, y: 0.9, width: 0.1, height: 0.1 }, LEFT_HALF], 100, false],
  ] as const)('%s', (_, zones, centreX, kept) => {
    expect(outsideZones([faceAt(centreX, 240)], zones, FRAME)).toHaveLength(kept ? 1 : 0);
  });
});
