import { defer, from, type Observable, switchMap } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { decodePicture, type Picture } from './decode-picture.ts';
import { firstLine } from './first-line.ts';
import type { Frame } from './frame.ts';
import { isPictureName, listFolder } from './picture-files.ts';
import { playFrames } from './play-frames.ts';

/**
 * Shows the pictures of a folder (not of the folders inside it) in natural order, `fps` a second. Broken ones are left
 * out and reported; it errors with `not-found` when there is no picture and `unreadable` when none can be read.
 */
export function folderCamera(name: string, settings: CameraSettings, options: CameraOptions = {}): Camera {
  const frames$ = defer(() => from(picturesOf(settings.source))).pipe(
    switchMap((paths) => playPictures(name, paths, settings, options)),
  );
  return { name, frames$ };
}

/** Shows one picture, once or again and again: a camera that stands still. Errors as `folderCamera` does. */
export function stillCamera(name: string, settings: CameraSettings, options: CameraOptions = {}): Camera {
  return { name, frames$: playPictures(name, [settings.source], settings, options) };
}

async function picturesOf(folder: string): Promise<string[]> {
  const entries = await listFolder(folder).catch((cause: unknown) => {
    throw new CameraError('not-found', `${folder}: cannot list this folder; check the camera's source`, { cause });
  });
  const paths = entries.filter(({ path, isFolder }) => !isFolder && isPictureName(path)).map(({ path }) => path);
  if (paths.length === 0) throw new CameraError('not-found', `${folder}: no pictures in this folder`);
  return paths;
}

function playPictures(
  name: string,
  paths: readonly string[],
  { fps, loop = false, widthPx, source }: CameraSettings,
  { onSkipped, scheduler }: CameraOptions,
): Observable<Frame> {
  return defer(() => {
    let brokenInARow = 0;
    const decode = async (index: number): Promise<Picture | undefined> => {
      const path = paths[index]!;
      try {
        const picture = await decodePicture(path, { maxWidthPx: widthPx });
        brokenInARow = 0;
        return picture;
      } catch (cause) {
        onSkipped?.(`${path}: ${firstLine(cause)}`);
        if (++brokenInARow < paths.length) return undefined;
        throw new CameraError('unreadable', `${source}: cannot be read as a picture: ${firstLine(cause)}`, { cause });
      }
    };
    return playFrames(name, { length: paths.length, decode }, { fps, loop }, scheduler);
  });
}
