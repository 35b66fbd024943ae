import type { IncomingMessage } from 'node:http';
import { asyncScheduler, defer, map, Observable, switchMap } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { CameraSettings } from './camera-settings.ts';
import { decodeJpegs } from './decode-jpegs.ts';
import { firstLine } from './first-line.ts';
import type { Frame } from './frame.ts';
import { httpGet } from './http-get.ts';
import { limitRate } from './limit-rate.ts';
import { MultipartSplitter } from './multipart-splitter.ts';
import { redactUrls } from './redact-url.ts';

/**
 * Watches an MJPEG stream (`multipart/x-mixed-replace`, whatever content type the camera claims). What exceeds `fps` is
 * dropped before it is decoded. Never completes: a stream that ends errors with `lost`.
 */
export function httpMjpegCamera(name: string, settings: CameraSettings, options: CameraOptions = {}): Camera {
  const frames$ = httpGet(new URL(settings.source), settings.http, options.scheduler).pipe(
    switchMap((response) => mjpegFrames(name, response, settings, options)),
  );
  return { name, frames$ };
}

/** The frames in the body of an answer that has just begun; unsubscribing destroys it. */
export function mjpegFrames(
  name: string,
  response: IncomingMessage,
  { source, fps, widthPx }: CameraSettings,
  { onSkipped, scheduler = asyncScheduler }: CameraOptions,
): Observable<Frame> {
  const where = redactUrls(source);
  return defer(() =>
    parts(response, where).pipe(
      limitRate(fps, scheduler),
      map((bytes) => ({ bytes, atMs: scheduler.now() })),
      decodeJpegs(name, where, widthPx, onSkipped),
    ),
  );
}

function parts(response: IncomingMessage, where: string): Observable<Buffer> {
  return new Observable<Buffer>((subscriber) => {
    const splitter = new MultipartSplitter(response.headers['content-type'] ?? '');
    response.on('data', (chunk: Buffer) => {
      try {
        for (const part of splitter.push(chunk)) subscriber.next(part);
      } catch (cause) {
        subscriber.error(
          new CameraError('unreadable', `${where}: not an MJPEG stream: ${firstLine(cause)}`, { cause }),
        );
      }
    });
    response.on('error', (cause) => {
      subscriber.error(new CameraError('lost', `${where}: the connection broke: ${firstLine(cause)}`, { cause }));
    });
    response.on('end', () => {
      subscriber.error(new CameraError('lost', `${where}: the camera ended the stream`));
    });
    return () => {
      response.destroy();
    };
  });
}
