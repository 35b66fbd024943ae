import sharp from 'sharp';
import type { LabelledPicture } from './data-set.ts';
import { halve, type Pixels } from './pixels.ts';
import type { Corners } from './sample-crop.ts';

/** A decoded picture at halving sizes, and its boxes in px of the largest. */
export interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Corners[];
  readonly pyramid: readonly Pixels[];
}

/**
 * Decodes pictures once, shrunk to `maxSide` px, and keeps them in memory (about 0.6 MB each at 480 px) with their
 * halves, so that no crop is sampled from a picture more than twice its scale. Throws an `Error` naming a bad file.
 */
export async function storePictures(
  pictures: readonly LabelledPicture[],
  maxSide: number,
  onStored?: (count: number) => void,
): Promise<readonly StoredPicture[]> {
  const stored: StoredPicture[] = [];
  const parallel = 4;
  for (let i = 0; i < pictures.length; i += parallel) {
    stored.push(...(await Promise.all(pictures.slice(i, i + parallel).map((picture) => store(picture, maxSide)))));
    onStored?.(stored.length);
  }
  return stored;
}

async function store(picture: LabelledPicture, maxSide: number): Promise<StoredPicture> {
  try {
    const image = sharp(picture.path).toColourspace('srgb').removeAlpha();
    const { width: original } = await image.metadata();
    const { data, info } = await image
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const scale = width / original;
    const full = { width, height, rgb: new Uint8Array(data) };
    const half = halve(full);
    return {
      width,
      height,
      boxes: picture.boxes.map(([x1, y1, x2, y2]) => [x1 * scale, y1 * scale, x2 * scale, y2 * scale]),
      pyramid: [full, half, halve(half)],
    };
  } catch (cause) {
    throw new Error(`${picture.path}: cannot be decoded; remove its line from the labels or repair it`, { cause });
  }
}
