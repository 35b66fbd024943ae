import { readFile } from 'node:fs/promises';
import { defer, from, switchMap } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import { decodePicture } from './decode-picture.ts';
import { firstLine } from './first-line.ts';
import { playFrames } from './play-frames.ts';

/** Where the shipped clip lies, from `src/capture` and from `dist/capture` alike. */
export const DEMO_CLIP = new URL('../../models/demo/', import.meta.url);

/** `clip.json`: how to play `clip.mjpeg`, a file of JPEG pictures one after the other. */
export interface DemoIndex {
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  /** Size of each picture in bytes, in order. */
  readonly frameBytes: readonly number[];
}

/**
 * Plays the shipped clip of a face that belongs to nobody, again and again (or once), at the clip's own rate; needs
 * neither ffmpeg nor a camera. Errors with `not-found` when the clip is not there and `unreadable` when it is damaged.
 */
export function demoCamera(
  name: string,
  { loop = true, clip = DEMO_CLIP, scheduler }: CameraOptions & { readonly loop?: boolean; readonly clip?: URL } = {},
): Camera {
  const frames$ = defer(() => from(readDemoClip(clip))).pipe(
    switchMap(({ index, pictures }) => {
      const decode = (i: number) =>
        decodePicture(pictures[i]!).catch((cause: unknown) => {
          throw damaged(clip, cause);
        });
      return playFrames(name, { length: pictures.length, decode }, { fps: index.fps, loop }, scheduler);
    }),
  );
  return { name, frames$ };
}

/** The clip's index and its pictures as JPEG. Throws what `demoCamera` errors with. */
export async function readDemoClip(
  clip: URL = DEMO_CLIP,
): Promise<{ readonly index: DemoIndex; readonly pictures: readonly Buffer[] }> {
  const [json, bytes] = await Promise.all([
    readFile(new URL('clip.json', clip), 'utf8'),
    readFile(new URL('clip.mjpeg', clip)),
  ]).catch((cause: unknown) => {
    throw new CameraError('not-found', `${clip.pathname}: the demo clip is missing; install moodstat again`, { cause });
  });
  const index = readIndex(json, clip);
  const pictures: Buffer[] = [];
  let at = 0;
  for (const length of index.frameBytes) pictures.push(bytes.subarray(at, (at += length)));
  if (at !== bytes.length || pictures.length === 0)
    throw damaged(clip, new Error('the index does not fit the pictures'));
  return { index, pictures };
}

function readIndex(json: string, clip: URL): DemoIndex {
  try {
    return JSON.parse(json) as DemoIndex;
  } catch (cause) {
    throw damaged(clip, cause);
  }
}

function damaged(clip: URL, cause: unknown): CameraError {
  return new CameraError(
    'unreadable',
    `${clip.pathname}: the demo clip is damaged (${firstLine(cause)}); install moodstat again`,
    { cause },
  );
}
