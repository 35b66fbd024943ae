import { fileURLToPath } from 'node:url';
import { asyncScheduler } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { explainLines, tidy } from './explain-ffmpeg.ts';
import { inputKind } from './ffmpeg-arguments.ts';
import { OPENCV_MISSING, type OpenCvReaderSettings } from './opencv-reader-settings.ts';
import { processCamera, type ReaderEnd } from './process-camera.ts';
import { redactUrls } from './redact-url.ts';
import { spawnReaderTold } from './spawn-process.ts';

/** The reader as Node runs it: compiled, also for whoever runs us from the sources. */
const READER = fileURLToPath(new URL('../../dist/capture/opencv-reader.js', import.meta.url));

/**
 * Reads what OpenCV's VideoCapture reads (RTSP, V4L2 devices, files in real time) through a child process of its own.
 * Completes at the end of a file; any other end errors with a `CameraError`, a missing OpenCV with `tool-missing`.
 */
export function openCvCamera(
  name: string,
  { source, fps, widthPx, loop = false }: CameraSettings,
  { scheduler = asyncScheduler }: CameraOptions = {},
): Camera {
  const told: OpenCvReaderSettings = { source, fps, widthPx, loop };
  return processCamera(
    name,
    {
      start: () => spawnReaderTold(`${JSON.stringify(told)}\n`, process.execPath, [READER]),
      explainEnd: (end) =>
        end.exitCode === 0 && end.frames > 0 && inputKind(source) === 'file' ? undefined : explainEnd(source, end),
      explainSpawnFailure: (cause) =>
        new CameraError('tool-missing', `OpenCV's reader cannot be started: ${cause.message}`, { cause }),
      noPictures: `${redactUrls(source)}: OpenCV's reader wrote something else than pictures`,
    },
    scheduler,
  );
}

/** OpenCV itself never says why; the ffmpeg and the V4L2 inside it do, on standard error. */
function explainEnd(source: string, { exitCode, signal, lastLines, frames }: ReaderEnd): CameraError {
  const last = lastLines.at(-1) ?? `its reader ended ${signal === null ? `with code ${exitCode}` : `by ${signal}`}`;
  if (exitCode === OPENCV_MISSING) return new CameraError('tool-missing', last);
  if (frames > 0 || signal !== null)
    return new CameraError('lost', redactUrls(`${source}: OpenCV reads no more: ${last}`));
  const known = explainLines(lastLines);
  const code = known?.code ?? (inputKind(source) === 'stream' ? 'lost' : 'unreadable');
  const advice = known?.advice ?? 'can `capture: ffmpeg` read it? It says more';
  return new CameraError(
    code,
    redactUrls(`${source}: OpenCV cannot read it: ${tidy(known?.said ?? last, source)}; ${advice}`),
  );
}
