import { asyncScheduler, Observable, type SchedulerLike, Subscription } from 'rxjs';
import type { Picture } from './decode-picture.ts';
import type { Frame } from './frame.ts';

export interface Playlist {
  /** How many frames there are, at least 1. */
  readonly length: number;
  /** Decodes one frame; undefined leaves it out. */
  readonly decode: (index: number) => Promise<Pick<Picture, 'width' | 'height' | 'rgb'> | undefined>;
}

/**
 * Plays a list of pictures at a steady rate, each at its due time. One is decoded ahead; when decoding takes longer than
 * an interval the clip slows down rather than leaving pictures out. Errors with what `decode` rejects with.
 */
export function playFrames(
  camera: string,
  { length, decode }: Playlist,
  { fps, loop }: { readonly fps: number; readonly loop: boolean },
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Frame> {
  return new Observable<Frame>((subscriber) => {
    const due = new Subscription();
    subscriber.add(due);
    let index = 0;
    let dueMs = scheduler.now();

    const play = (at: number): void => {
      if (at === length && !loop) {
        subscriber.complete();
        return;
      }
      const position = at % length;
      decode(position).then(
        (picture) => {
          if (subscriber.closed) return;
          if (picture === undefined) {
            play(position + 1);
            return;
          }
          const nowMs = scheduler.now();
          if (nowMs > dueMs) dueMs = nowMs;
          const show = scheduler.schedule(() => {
            due.remove(show);
            const { width, height, rgb } = picture;
            subscriber.next({ camera, index: index++, atMs: Math.round(dueMs), width, height, rgb });
            dueMs += 1000 / fps;
            play(position + 1);
          }, dueMs - nowMs);
          due.add(show);
        },
        (error: unknown) => {
          subscriber.error(error);
        },
      );
    };
    play(0);
  });
}
