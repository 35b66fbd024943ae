import type { Random } from '../random.ts';
import { createDegrade } from './degrade.ts';
import type { StoredPicture } from './picture-store.ts';
import { PADDING, renderWindow, type Window } from './pixels.ts';
import { labelsInWindow, sampleWindow, type CropLabels } from './sample-crop.ts';

/** Input of one training step: [batch, size, size, 3] in −1…1, and what each crop holds. */
export interface CropBatch {
  readonly input: Float32Array;
  readonly labels: readonly CropLabels[];
}

/** Returns a function that renders a batch of augmented crops, one a picture; its `input` is reused from call to call. */
export function createCropBatcher(
  random: Random,
  size: number,
  batchSize: number,
): (pictures: readonly StoredPicture[]) => CropBatch {
  const crop = new Uint8Array(size * size * 3);
  const input = new Float32Array(batchSize * size * size * 3);
  const degrade = createDegrade(random, size);
  return (pictures) => {
    const labels = pictures.map((picture, i) => {
      const window = sampleWindow(random, picture, size);
      // Letterboxed clips and cameras have bars, mostly black.
      const padding = random.next() < 0.7 ? PADDING : random.next() < 0.6 ? 0 : random.integer(256);
      renderFromPyramid(picture, window, size, crop, padding);
      degrade(crop, input, i * size * size * 3);
      return labelsInWindow(picture.boxes, window, size);
    });
    return { input, labels };
  };
}

/** Samples the smallest level that still has the window's detail, so that shrinking does not alias. */
function renderFromPyramid(
  picture: StoredPicture,
  window: Window,
  size: number,
  crop: Uint8Array,
  padding: number,
): void {
  const level = Math.min(picture.pyramid.length - 1, Math.max(0, Math.floor(Math.log2(1.2 / window.scale))));
  const shrunk = 2 ** level;
  renderWindow(
    picture.pyramid[level]!,
    {
      originX: window.originX / shrunk,
      originY: window.originY / shrunk,
      scale: window.scale * shrunk,
      mirrored: window.mirrored,
    },
    size,
    crop,
    padding,
  );
}
