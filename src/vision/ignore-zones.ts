import type { DetectedFace } from './face.ts';

/** A part of the picture, in shares of its width and height (0 to 1), whatever its size in px. */
export interface Zone {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The faces whose centre lies in no zone: a portrait on the wall or a television is a face, but nobody's mood. */
export function outsideZones(
  faces: readonly DetectedFace[],
  zones: readonly Zone[],
  frame: { readonly width: number; readonly height: number },
): readonly DetectedFace[] {
  if (zones.length === 0) return faces;
  return faces.filter(({ box }) => {
    const x = (box.x + box.width / 2) / frame.width;
    const y = (box.y + box.height / 2) / frame.height;
    return !zones.some((zone) => x >= zone.x && x < zone.x + zone.width && y >= zone.y && y < zone.y + zone.height);
  });
}
