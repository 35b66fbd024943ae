import sharp from 'sharp';

/** A decoded picture: 8-bit RGB, row-major, `width * height * 3` bytes. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  /** Px of the (upright) original for a px of this picture; 1 unless it was scaled down. */
  readonly scale: number;
}

export interface DecodeLimits {
  /** Wider pictures are scaled down to this. */
  readonly maxWidthPx?: number;
  /** Pictures with a longer long side are scaled down to this. */
  readonly maxSidePx?: number;
}

/**
 * Decodes a picture file, or its bytes, in any format that sharp reads: turned upright by its EXIF orientation, in sRGB;
 * grey becomes RGB, transparent becomes white. Rejects with sharp's error when the picture is broken or cut short.
 */
export async function decodePicture(input: Uint8Array | string, limits: DecodeLimits = {}): Promise<Picture> {
  const { maxWidthPx, maxSidePx } = limits;
  // A warning is no reason to lose a frame: cheap cameras pad their JPEGs with extraneous bytes.
  const source = sharp(input, { failOn: 'error', autoOrient: true });
  const { autoOrient: original } = await source.metadata();
  const width = Math.max(
    1,
    Math.min(
      original.width,
      maxWidthPx ?? Infinity,
      maxSidePx === undefined
        ? Infinity
        : Math.round((original.width * maxSidePx) / Math.max(original.width, original.height)),
    ),
  );
  const scaled = width < original.width ? source.resize({ width }) : source;
  const { data, info } = await scaled
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 3 ? data : expandGrey(data, info.width * info.height, info.channels);
  return { width: info.width, height: info.height, rgb, scale: original.width / info.width };
}

/** Repeats the first channel three times; sharp leaves some grey pictures grey. */
function expandGrey(data: Uint8Array, pixels: number, channels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return rgb;
}
