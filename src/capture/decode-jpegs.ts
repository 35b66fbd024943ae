import { EMPTY, map, of, type OperatorFunction, pipe, switchMap } from 'rxjs';
import { CameraError } from './camera.ts';
import { decodePicture, type Picture } from './decode-picture.ts';
import { firstLine } from './first-line.ts';
import type { Frame } from './frame.ts';
import { processNewest } from './process-newest.ts';
import type { OnSkipped } from './camera-options.ts';

/** A picture as a camera sent it. */
export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** So many broken pictures in a row are no accident of the network. */
const MAX_BROKEN_IN_A_ROW = 25;

/**
 * Decodes what a camera sent into its frames, always the newest; a broken picture is left out and reported, too many in
 * a row error with `unreadable`. `where` is the camera's address without secrets.
 */
export function decodeJpegs(
  camera: string,
  where: string,
  widthPx: number,
  onSkipped?: OnSkipped,
): OperatorFunction<EncodedPicture, Frame> {
  let broken = 0;
  const decode = async (bytes: Uint8Array): Promise<Picture | undefined> => {
    try {
      const picture = await decodePicture(bytes, { maxWidthPx: widthPx });
      broken = 0;
      return picture;
    } catch (cause) {
      const reason = firstLine(cause);
      onSkipped?.(`${where}: a picture that cannot be decoded: ${reason}`);
      if (++broken < MAX_BROKEN_IN_A_ROW) return undefined;
      throw new CameraError('unreadable', `${where}: ${broken} broken pictures in a row: ${reason}`, { cause });
    }
  };
  return pipe(
    map(({ bytes, atMs }, index) => ({ bytes, atMs, index })),
    processNewest(({ bytes, atMs, index }) =>
      of(bytes).pipe(
        switchMap(decode),
        switchMap((picture) => {
          if (picture === undefined) return EMPTY;
          const { width, height, rgb } = picture;
          return of({ camera, index, atMs, width, height, rgb });
        }),
      ),
    ),
  );
}
