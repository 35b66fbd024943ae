import sharp from 'sharp';
import { decodePicture } from '../src/capture/decode-picture.ts';
import { readDemoClip } from '../src/capture/demo-camera.ts';
import type { Frame } from '../src/capture/frame.ts';
import type { FaceDetector } from '../src/vision/face.ts';

export async function frameOf(jpeg: Uint8Array): Promise<Frame> {
  const { rgb, width, height } = await decodePicture(jpeg);
  return { camera: 'bench', index: 0, atMs: 0, width, height, rgb };
}

/** JPEGs of 640 × 480 px in which the detector finds no face, one and four. */
export async function picturesWithFaces(detector: FaceDetector): Promise<Buffer[]> {
  for (const jpeg of (await readDemoClip()).pictures) {
    const frame = await frameOf(jpeg);
    if ((await detector.detect(frame)).length === 1)
      return [await emptyRoom(frame), jpeg, await fourTimes(jpeg, frame)];
  }
  throw new Error('no picture of the demo clip has just one face; is models/face sound?');
}

type Size = Pick<Frame, 'width' | 'height'>;

function emptyRoom({ width, height }: Size): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#8a8378' } })
    .jpeg()
    .toBuffer();
}

/** The picture four times, at half its size. */
async function fourTimes(jpeg: Uint8Array, { width, height }: Size): Promise<Buffer> {
  const half = await sharp(jpeg)
    .resize(width / 2, height / 2)
    .toBuffer();
  const places = [0, 1, 2, 3].map((i) => ({
    input: half,
    left: (i % 2) * (width / 2),
    top: Math.floor(i / 2) * (height / 2),
  }));
  return sharp(jpeg).composite(places).jpeg({ quality: 90 }).toBuffer();
}
