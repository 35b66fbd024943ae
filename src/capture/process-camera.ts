import { Observable, type SchedulerLike } from 'rxjs';
import { type Camera, CameraError } from './camera.ts';
import type { Frame } from './frame.ts';
import { LastLines } from './last-lines.ts';
import { type PpmPicture, PpmSplitter } from './ppm-splitter.ts';
import { type ReaderProcess, stopReader } from './spawn-process.ts';

const KEPT_LINES = 8;

/** How a reader ended. */
export interface ReaderEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** What it last wrote to standard error, newest last. */
  readonly lastLines: readonly string[];
  readonly frames: number;
}

/** A program that turns a source into PPM pictures on its standard output. */
export interface Reader {
  readonly start: () => ReaderProcess;
  /** Undefined when the source has come to its natural end. */
  readonly explainEnd: (end: ReaderEnd) => CameraError | undefined;
  readonly explainSpawnFailure: (cause: NodeJS.ErrnoException) => CameraError;
  /** Said when its output is no pictures. */
  readonly noPictures: string;
}

/** A camera that is read by a child process of its own, which lives from subscribe to unsubscribe. */
export function processCamera(name: string, reader: Reader, scheduler: SchedulerLike): Camera {
  const frames$ = new Observable<Frame>((subscriber) => {
    const child = reader.start();
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
        subscriber.error(new CameraError('unreadable', reader.noPictures, { cause }));
        return;
      }
      for (const { width, height, rgb } of pictures) {
        subscriber.next({ camera: name, index: frames++, atMs: scheduler.now(), width, height, rgb });
      }
    });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      subscriber.error(reader.explainSpawnFailure(cause));
    });
    // `close` and not `exit`: by then both pipes have been read to their end.
    child.on('close', (exitCode, signal) => {
      const error = reader.explainEnd({ exitCode, signal, lastLines: said.lines(), frames });
      if (error === undefined) subscriber.complete();
      else subscriber.error(error);
    });
    return () => {
      stopReader(child);
    };
  });
  return { name, frames$ };
}
