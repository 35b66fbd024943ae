import { asyncScheduler, Observable } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { explainEnd, explainSpawnFailure } from './explain-ffmpeg.ts';
import { cameraArguments, inputKind } from './ffmpeg-arguments.ts';
import type { Frame } from './frame.ts';
import { LastLines } from './last-lines.ts';
import { type PpmPicture, PpmSplitter } from './ppm-splitter.ts';
import { redactUrls } from './redact-url.ts';
import { spawnFfmpeg, stopFfmpeg } from './spawn-ffmpeg.ts';

const KEPT_LINES = 8;

/**
 * Reads whatever ffmpeg reads (RTSP, V4L2 devices, files in real time) through a child process of its own, which lives
 * from subscribe to unsubscribe. Completes at the end of a file; any other end errors with a `CameraError`.
 */
export function ffmpegCamera(
  name: string,
  settings: CameraSettings,
  { scheduler = asyncScheduler }: CameraOptions = {},
): Camera {
  const { source, ffmpeg } = settings;
  const frames$ = new Observable<Frame>((subscriber) => {
    const child = spawnFfmpeg(ffmpeg.path, cameraArguments(settings));
    const splitter = new PpmSplitter();
    const said = new LastLines(KEPT_LINES);
    let frames = 0;

    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.push(text);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      let pictures: PpmPicture[];
      try {
        pictures = splitter.push(chunk);
      } catch (cause) {
        const message = `${redactUrls(source)}: ffmpeg's output is not pictures; check the camera's ffmpeg output arguments`;
        subscriber.error(new CameraError('unreadable', message, { cause }));
        return;
      }
      for (const { width, height, rgb } of pictures) {
        subscriber.next({ camera: name, index: frames++, atMs: scheduler.now(), width, height, rgb });
      }
    });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      subscriber.error(explainSpawnFailure(ffmpeg.path, cause));
    });
    // `close` and not `exit`: by then both pipes have been read to their end.
    child.on('close', (exitCode, signal) => {
      if (exitCode === 0 && frames > 0 && inputKind(source) === 'file') subscriber.complete();
      else subscriber.error(explainEnd({ source, exitCode, signal, lastLines: said.lines(), frames }));
    });
    return () => {
      stopFfmpeg(child);
    };
  });
  return { name, frames$ };
}
