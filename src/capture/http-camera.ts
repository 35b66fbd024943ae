import { switchMap, throwError } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { httpGet } from './http-get.ts';
import { httpMjpegCamera, mjpegFrames } from './http-mjpeg-camera.ts';
import { httpSnapshotCamera, snapshotFrames } from './http-snapshot-camera.ts';
import { redactUrls } from './redact-url.ts';

/**
 * A camera behind `http(s)://`: an MJPEG stream or single pictures, as `http.mode` says or as the content type of the
 * first answer does; that answer is used, not asked for again.
 */
export function httpCamera(name: string, settings: CameraSettings, options: CameraOptions = {}): Camera {
  const { source, http } = settings;
  if (http.mode === 'mjpeg') return httpMjpegCamera(name, settings, options);
  if (http.mode === 'snapshot') return httpSnapshotCamera(name, settings, options);
  const frames$ = httpGet(new URL(source), http, options.scheduler).pipe(
    switchMap((response) => {
      const type = response.headers['content-type'] ?? '';
      if (/^multipart\//i.test(type)) return mjpegFrames(name, response, settings, options);
      if (/^image\/|^application\/octet-stream/i.test(type)) return snapshotFrames(name, response, settings, options);
      response.destroy();
      const found = type === '' ? 'something without a content type' : type;
      const message = `${redactUrls(source)}: answers with ${found}, not pictures; check the path, or set http.mode`;
      return throwError(() => new CameraError('unreadable', message));
    }),
  );
  return { name, frames$ };
}
