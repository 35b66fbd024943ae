import sharp from 'sharp';
import type { Frame } from './frame.ts';

/** One frame as a JPEG, as good as a person needs to see what the camera sees. */
export function encodeJpeg({ rgb, width, height }: Frame): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}
