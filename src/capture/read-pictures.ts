import { stat } from 'node:fs/promises';
import { CameraError } from './camera.ts';
import { decodePicture } from './decode-picture.ts';
import { firstLine } from './first-line.ts';
import type { Frame } from './frame.ts';
import { isPictureName, listFolder } from './picture-files.ts';
import { readClip } from './read-clip.ts';

/** A picture or frame that was read, or why one could not be. */
export type PictureItem =
  | {
      /** The file. */
      readonly source: string;
      /** `index` counts within the file, `atMs` is relative to its start. */
      readonly frame: Frame;
      /** 0 for a picture; in a clip, the time since its first frame. */
      readonly atMs: number;
      /** Px of the original for a px of the frame: 1, unless the picture was too large to be read whole. */
      readonly scale: number;
    }
  | { readonly source: string; readonly error: Error };

/** Beyond this a picture is scaled down: 4096 × 4096 × 3 bytes are 50 MB, and no face there needs more. */
const MAX_SIDE_PX = 4096;

const CLIP_EXTENSIONS = /\.(mkv|mp4|m4v|mov|avi|webm|mpe?g|ts|m2ts|mjpe?g|flv|wmv|3gp|ogv|h26[45]|gifv)$/i;

/**
 * Reads pictures, folders (with those inside them, in natural order) and clips (every frame, as fast as it is consumed,
 * through ffmpeg). What cannot be read becomes an item with an error, and the rest goes on. In a folder, files that are
 * neither pictures nor clips are passed over; named directly, they are tried as clips.
 */
export async function* readPictures(
  paths: readonly string[],
  options: { readonly ffmpegPath?: string } = {},
): AsyncGenerator<PictureItem, void, undefined> {
  for (const path of paths) yield* readPath(path, options.ffmpegPath ?? 'ffmpeg', true);
}

/** How many pictures there are, for a progress bar; undefined as soon as there is a clip, whose frames nobody knows. */
export async function countPictures(paths: readonly string[]): Promise<number | undefined> {
  let count = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) {
      const entries = await listFolder(path).catch(() => []);
      const wanted = entries.filter(
        ({ path, isFolder }) => isFolder || isPictureName(path) || CLIP_EXTENSIONS.test(path),
      );
      const inside = await countPictures(wanted.map((entry) => entry.path));
      if (inside === undefined) return undefined;
      count += inside;
    } else if (found === undefined || isPictureName(path)) count++;
    else return undefined;
  }
  return count;
}

async function* readPath(
  path: string,
  ffmpegPath: string,
  named: boolean,
): AsyncGenerator<PictureItem, void, undefined> {
  try {
    const found = await stat(path).catch((cause: unknown) => {
      throw new CameraError('not-found', 'no such file or folder', { cause });
    });
    if (found.isDirectory()) {
      for (const entry of await listFolder(path)) yield* readPath(entry.path, ffmpegPath, false);
    } else if (isPictureName(path)) {
      yield await readPicture(path);
    } else if (named || CLIP_EXTENSIONS.test(path)) {
      for await (const frame of readClip(path, ffmpegPath)) yield { source: path, frame, atMs: frame.atMs, scale: 1 };
    }
  } catch (error) {
    yield { source: path, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

async function readPicture(path: string): Promise<PictureItem> {
  try {
    const { width, height, rgb, scale } = await decodePicture(path, { maxSidePx: MAX_SIDE_PX });
    return { source: path, frame: { camera: path, index: 0, atMs: 0, width, height, rgb }, atMs: 0, scale };
  } catch (cause) {
    return {
      source: path,
      error: new CameraError('unreadable', `cannot be read as a picture: ${firstLine(cause)}`, { cause }),
    };
  }
}
