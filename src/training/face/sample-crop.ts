import type { Random } from '../random.ts';
import type { Window } from './pixels.ts';

/** `[x1, y1, x2, y2]`, in px. */
export type Corners = readonly [number, number, number, number];

/** What of a crop is to be learnt and where nothing is to be learnt, in px of the crop. */
export interface CropLabels {
  readonly faces: readonly Corners[];
  readonly ignored: readonly Corners[];
}

/** Faces below this height in the crop are neither face nor background: 8 px cells cannot tell. */
export const MIN_FACE_PX = 11;
/** Of a face cut by the crop's border, at least this share must be visible to be learnt. */
const MIN_VISIBLE = 0.55;

/**
 * Chooses a square window on a picture. Half of the windows show the scene as the detector will see it (the picture's
 * long side at about the detector's input), the others bring one face to a height drawn log-uniformly from 14 to 240 px.
 */
export function sampleWindow(
  random: Random,
  picture: { readonly width: number; readonly height: number; readonly boxes: readonly Corners[] },
  size: number,
): Window {
  const { width, height } = picture;
  const mirrored = random.next() < 0.5;
  const big = picture.boxes.filter((box) => box[3] - box[1] >= 18);
  const face = big.length > 0 && random.next() < 0.55 ? big[random.integer(big.length)]! : undefined;
  if (!face) {
    const long = size * Math.exp(random.between(Math.log(0.9), Math.log(2.1)));
    const scale = long / Math.max(width, height);
    const seen = size / scale;
    return {
      originX: slide(random, width, seen),
      originY: slide(random, height, seen),
      scale,
      mirrored,
    };
  }
  const faceHeight = face[3] - face[1];
  const target = Math.exp(random.between(Math.log(14), Math.log(240)));
  // Not so small that most of the window lies outside the picture, nor so large that pixels show.
  const scale = Math.min(3, Math.max((0.7 * size) / Math.max(width, height), target / faceHeight));
  const seen = size / scale;
  // The face lies anywhere in the window, which leaves the picture no more than it must.
  const place = (low: number, high: number, length: number): number => {
    const origin = low - (seen - (high - low)) * random.between(0.02, 0.98);
    const spare = length - seen;
    return Math.max(Math.min(0, spare), Math.min(Math.max(0, spare), origin));
  };
  return { originX: place(face[0], face[2], width), originY: place(face[1], face[3], height), scale, mirrored };
}

/** Anywhere inside the picture, or the picture anywhere inside the window where the window is larger. */
function slide(random: Random, length: number, seen: number): number {
  return (length - seen) * random.next();
}

/** The picture's boxes as the window shows them, sorted into those to learn and those to leave alone. */
export function labelsInWindow(boxes: readonly Corners[], window: Window, size: number): CropLabels {
  const faces: Corners[] = [];
  const ignored: Corners[] = [];
  for (const box of boxes) {
    let x1 = (box[0] - window.originX) * window.scale;
    let x2 = (box[2] - window.originX) * window.scale;
    const y1 = (box[1] - window.originY) * window.scale;
    const y2 = (box[3] - window.originY) * window.scale;
    if (window.mirrored) [x1, x2] = [size - x2, size - x1];
    const cut: Corners = [Math.max(0, x1), Math.max(0, y1), Math.min(size, x2), Math.min(size, y2)];
    const cutWidth = cut[2] - cut[0];
    const cutHeight = cut[3] - cut[1];
    if (cutWidth <= 0 || cutHeight <= 0) continue;
    const visible = (cutWidth * cutHeight) / ((x2 - x1) * (y2 - y1));
    if (visible >= MIN_VISIBLE && cutHeight >= MIN_FACE_PX && cutWidth >= 0.6 * MIN_FACE_PX) faces.push(cut);
    else ignored.push(cut);
  }
  return { faces, ignored };
}
