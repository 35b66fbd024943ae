import { stat } from 'node:fs/promises';
import { defer, from, switchMap } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { demoCamera } from './demo-camera.ts';
import { inputKind } from './ffmpeg-arguments.ts';
import { ffmpegCamera } from './ffmpeg-camera.ts';
import { folderCamera, stillCamera } from './folder-camera.ts';
import { httpCamera } from './http-camera.ts';
import { openCvCamera } from './opencv-camera.ts';
import { isPictureName } from './picture-files.ts';
import { redactUrls } from './redact-url.ts';

/**
 * The camera behind a source: `demo`, `http(s)://…`, what ffmpeg or OpenCV reads (`rtsp://…`, `/dev/video0`, a clip), a
 * folder of pictures, or one picture. Opens nothing before it is subscribed to; whatever is wrong with the source is an error of
 * `frames$`.
 */
export function openCamera(name: string, settings: CameraSettings, options: CameraOptions = {}): Camera {
  const { source } = settings;
  if (source === 'demo') {
    return demoCamera(name, { ...options, ...(settings.loop === undefined ? {} : { loop: settings.loop }) });
  }
  const frames$ = defer(() => {
    if (/^https?:\/\//i.test(source)) {
      if (!URL.canParse(source)) throw new CameraError('not-found', `${redactUrls(source)}: not a valid URL`);
      return httpCamera(name, settings, options).frames$;
    }
    if (inputKind(source) === 'stream') return videoCamera(name, settings, options).frames$;
    return from(cameraOnDisk(name, settings, options)).pipe(switchMap((camera) => camera.frames$));
  });
  return { name, frames$ };
}

async function cameraOnDisk(name: string, settings: CameraSettings, options: CameraOptions): Promise<Camera> {
  const { source } = settings;
  const found = await stat(source).catch((cause: unknown) => {
    const advice = inputKind(source) === 'device' ? 'is the camera plugged in?' : "check the camera's source";
    throw new CameraError('not-found', `${source}: no such file, folder or device; ${advice}`, { cause });
  });
  if (settings.capture === 'opencv' && (found.isDirectory() || isPictureName(source)))
    throw new CameraError('unreadable', `${source}: OpenCV reads no pictures here; leave the camera's \`capture\` out`);
  if (found.isDirectory()) return folderCamera(name, settings, options);
  return isPictureName(source) ? stillCamera(name, settings, options) : videoCamera(name, settings, options);
}

function videoCamera(name: string, settings: CameraSettings, options: CameraOptions): Camera {
  return settings.capture === 'opencv' ? openCvCamera(name, settings, options) : ffmpegCamera(name, settings, options);
}
