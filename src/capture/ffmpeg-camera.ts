import { asyncScheduler } from 'rxjs';
import type { Camera } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { explainEnd, explainSpawnFailure } from './explain-ffmpeg.ts';
import { cameraArguments, inputKind } from './ffmpeg-arguments.ts';
import { processCamera, type Reader } from './process-camera.ts';
import { redactUrls } from './redact-url.ts';
import { spawnReader } from './spawn-process.ts';

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
  const reader: Reader = {
    start: () => spawnReader(ffmpeg.path, cameraArguments(settings)),
    explainEnd: (end) =>
      end.exitCode === 0 && end.frames > 0 && inputKind(source) === 'file' ? undefined : explainEnd({ source, ...end }),
    explainSpawnFailure: (cause) => explainSpawnFailure(ffmpeg.path, cause),
    noPictures: `${redactUrls(source)}: ffmpeg's output is not pictures; check the camera's ffmpeg output arguments`,
  };
  return processCamera(name, reader, scheduler);
}
