/** Side of a picture in px, as in FER-2013. */
export const SIDE = 48;
export const PICTURE_PX = SIDE * SIDE;

/** FER-2013's splits: the first trains, the second selects, the third tests. */
export const SPLITS = ['Training', 'PublicTest', 'PrivateTest'] as const;
export type Split = (typeof SPLITS)[number];

/** FER+'s columns (Barsoum et al. 2016), in the order of fer2013new.csv. */
export const VOTE_COLUMNS = [
  'neutral',
  'happiness',
  'surprise',
  'sadness',
  'anger',
  'disgust',
  'fear',
  'contempt',
  'unknown',
  'NF',
] as const;

export interface LabelledPicture {
  /** 48 × 48 grey values, row-major. */
  readonly pixels: Uint8Array;
  /** Index into `EMOTIONS`. */
  readonly label: number;
  /** Undefined in a folder that is not divided. */
  readonly split: Split | undefined;
  /** FER+ votes in the order of `VOTE_COLUMNS`. */
  readonly votes?: readonly number[];
  /** The file, or the row in the CSV. */
  readonly source: string;
}

/** A data set that cannot be read. The message names the file and, in a CSV, the line. */
export class DataSetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataSetError';
  }
}

/** A string that is equal for pictures equal in every pixel. */
export function pixelKey(picture: LabelledPicture): string {
  return Buffer.from(picture.pixels.buffer, picture.pixels.byteOffset, picture.pixels.byteLength).toString('latin1');
}

/**
 * Training pictures without those that are pixel-identical to one of `held`; the benchmark has them in all splits,
 * and a net that has seen a test picture with its label proves nothing on it.
 */
export function withoutLeaks(
  training: readonly LabelledPicture[],
  held: readonly LabelledPicture[],
): LabelledPicture[] {
  const keys = new Set(held.map(pixelKey));
  return training.filter((picture) => !keys.has(pixelKey(picture)));
}
