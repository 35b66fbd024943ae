import sharp from 'sharp';
import type { Frame } from '../../capture/frame.ts';
import type { Box } from '../../vision/face.ts';
import type { LabelledPicture } from './data-set.ts';

/** A labelled picture as a camera of this size would have delivered it. */
export interface EvaluationFrame {
  readonly frame: Frame;
  readonly path: string;
  readonly faces: readonly Box[];
  /** Faces too low to be asked for. */
  readonly ignored: readonly Box[];
}

/**
 * Fits a picture into a frame of `width` × `height` px with black borders and sorts its faces by height there.
 * Throws an `Error` naming a file that cannot be decoded.
 */
export async function evaluationFrame(
  picture: LabelledPicture,
  size: { readonly width: number; readonly height: number },
  minFacePx: number,
): Promise<EvaluationFrame> {
  const image = sharp(picture.path).toColourspace('srgb').removeAlpha();
  const original = await image.metadata().catch((cause: unknown) => {
    throw new Error(`${picture.path}: cannot be decoded; remove its line from the labels or repair it`, { cause });
  });
  const scale = Math.min(size.width / original.width, size.height / original.height);
  const width = Math.min(size.width, Math.round(original.width * scale));
  const height = Math.min(size.height, Math.round(original.height * scale));
  const left = (size.width - width) >> 1;
  const top = (size.height - height) >> 1;
  const data = await image
    .resize({ width, height, fit: 'fill' })
    .extend({
      left,
      top,
      right: size.width - width - left,
      bottom: size.height - height - top,
      background: { r: 0, g: 0, b: 0 },
    })
    .raw()
    .toBuffer();
  const boxes = picture.boxes.map(([x1, y1, x2, y2]): Box => ({
    x: x1 * scale + left,
    y: y1 * scale + top,
    width: (x2 - x1) * scale,
    height: (y2 - y1) * scale,
  }));
  return {
    frame: { camera: 'evaluation', index: 0, atMs: 0, ...size, rgb: new Uint8Array(data) },
    path: picture.path,
    faces: boxes.filter((box) => box.height >= minFacePx),
    ignored: boxes.filter((box) => box.height < minFacePx),
  };
}
