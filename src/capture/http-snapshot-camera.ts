import type { IncomingMessage } from 'node:http';
import {
  asyncScheduler,
  concat,
  defer,
  exhaustMap,
  map,
  Observable,
  type SchedulerLike,
  switchMap,
  take,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { decodeJpegs } from './decode-jpegs.ts';
import type { Frame } from './frame.ts';
import { httpGet } from './http-get.ts';
import { redactUrls } from './redact-url.ts';

const MAX_SNAPSHOT_BYTES = 32 * 1024 * 1024;

/**
 * Fetches a picture `fps` times a second, never two at once: a slower camera sets its own pace. Any failed request
 * errors with a `CameraError`; it never completes.
 */
export function httpSnapshotCamera(name: string, settings: CameraSettings, options: CameraOptions = {}): Camera {
  const first$ = httpGet(new URL(settings.source), settings.http, options.scheduler);
  return { name, frames$: first$.pipe(switchMap((response) => snapshotFrames(name, response, settings, options))) };
}

/** The frame in an answer that has just begun, and then those of further requests. */
export function snapshotFrames(
  name: string,
  first: IncomingMessage,
  settings: CameraSettings,
  { onSkipped, scheduler = asyncScheduler }: CameraOptions,
): Observable<Frame> {
  const { source, fps, widthPx, http } = settings;
  const where = redactUrls(source);
  const intervalMs = 1000 / fps;
  const next$ = defer(() => httpGet(new URL(source), http, scheduler)).pipe(
    switchMap((response) => body(response, where)),
    // An answer's connection lasts until unsubscribe, so one picture is enough of it.
    take(1),
    within(http.timeoutMs, where, scheduler),
  );
  return concat(
    body(first, where).pipe(within(http.timeoutMs, where, scheduler)),
    timer(intervalMs, intervalMs, scheduler).pipe(exhaustMap(() => next$)),
  ).pipe(
    map((bytes) => ({ bytes, atMs: scheduler.now() })),
    decodeJpegs(name, where, widthPx, onSkipped),
  );
}

function within(timeoutMs: number, where: string, scheduler: SchedulerLike) {
  return timeout<Buffer, Observable<never>>({
    first: timeoutMs,
    scheduler,
    with: () => throwError(() => new CameraError('lost', `${where}: no whole picture within ${timeoutMs} ms`)),
  });
}

/** The whole body of one answer; unsubscribing destroys it. */
function body(response: IncomingMessage, where: string): Observable<Buffer> {
  return new Observable<Buffer>((subscriber) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= MAX_SNAPSHOT_BYTES) return;
      subscriber.error(
        new CameraError('unreadable', `${where}: more than ${MAX_SNAPSHOT_BYTES} bytes; is this a video stream?`),
      );
    });
    response.on('error', (cause) => {
      subscriber.error(new CameraError('lost', `${where}: the connection broke within a picture`, { cause }));
    });
    response.on('end', () => {
      subscriber.next(Buffer.concat(chunks));
      subscriber.complete();
    });
    return () => {
      response.destroy();
    };
  });
}
