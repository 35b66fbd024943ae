import { asyncScheduler, type MonoTypeOperatorFunction, Observable, type SchedulerLike, Subscription } from 'rxjs';
import { CameraError } from './camera.ts';
import { firstLine } from './first-line.ts';
import type { Frame } from './frame.ts';

/** How a camera is; told on every change. */
export type CameraState =
  | { readonly state: 'opening' }
  | { readonly state: 'online' }
  | {
      readonly state: 'offline';
      /** One line without secrets. */
      readonly reason: string;
      readonly error: CameraError;
      readonly retryInMs: number;
    };

export interface SupervisionOptions {
  /** Without a frame for this long, also at the start, the camera counts as stalled and is opened again. */
  readonly stallTimeoutMs: number;
  /** A finite source that ends by itself completes; otherwise its end is a loss like any other. */
  readonly finite?: boolean;
  readonly onState?: (state: CameraState) => void;
  /** First wait before opening again; doubled with each failure up to `maxBackoffMs`. */
  readonly backoffMs?: number;
  readonly maxBackoffMs?: number;
  /** The failures are forgotten once frames have come for this long. */
  readonly stableAfterMs?: number;
  /** 0 to 1, as `Math.random`: spreads the attempts of cameras that were lost together. */
  readonly random?: () => number;
  readonly scheduler?: SchedulerLike;
}

/** Waits lie between 50 and 100 % of the doubled value ("equal jitter": never at once, never all together). */
function backoff(baseMs: number, maxMs: number, failures: number, random: () => number): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

/**
 * Keeps a camera going: after an error, an unexpected end or `stallTimeoutMs` of silence it is closed, and opened again
 * after a growing wait. Frames are numbered through. Never errors; completes only with a finite source.
 */
export function superviseCamera({
  stallTimeoutMs,
  finite = false,
  onState,
  backoffMs = 1000,
  maxBackoffMs = 60_000,
  stableAfterMs = 30_000,
  random = Math.random,
  scheduler = asyncScheduler,
}: SupervisionOptions): MonoTypeOperatorFunction<Frame> {
  return (source$) =>
    new Observable<Frame>((subscriber) => {
      let failures = 0;
      let nextIndex = 0;
      let attempt = new Subscription();
      subscriber.add(() => {
        attempt.unsubscribe();
      });

      const fail = (error: CameraError): void => {
        attempt.unsubscribe();
        const retryInMs = backoff(backoffMs, maxBackoffMs, ++failures, random);
        attempt = scheduler.schedule(open, retryInMs);
        onState?.({ state: 'offline', reason: error.message, error, retryInMs });
      };

      const open = (): void => {
        const current = new Subscription();
        attempt = current;
        const indexOffset = nextIndex;
        let onlineSinceMs: number | undefined;
        let lastFrameMs = scheduler.now();
        const watch = (waitMs: number): void => {
          const timer = scheduler.schedule(() => {
            current.remove(timer);
            // Re-armed for the rest rather than with every frame: one timer a stall period, not one a frame.
            const silentMs = scheduler.now() - lastFrameMs;
            if (silentMs < stallTimeoutMs) watch(stallTimeoutMs - silentMs);
            else fail(new CameraError('stalled', `no frame for ${stallTimeoutMs / 1000} s`));
          }, waitMs);
          current.add(timer);
        };

        onState?.({ state: 'opening' });
        watch(stallTimeoutMs);
        if (current.closed) return;
        current.add(
          source$.subscribe({
            next: (frame) => {
              lastFrameMs = scheduler.now();
              if (onlineSinceMs === undefined) {
                onlineSinceMs = lastFrameMs;
                onState?.({ state: 'online' });
              } else if (lastFrameMs - onlineSinceMs >= stableAfterMs) failures = 0;
              const index = indexOffset + frame.index;
              nextIndex = index + 1;
              subscriber.next(indexOffset === 0 ? frame : { ...frame, index });
            },
            error: (error: unknown) => {
              if (current.closed) return;
              fail(error instanceof CameraError ? error : new CameraError('lost', firstLine(error), { cause: error }));
            },
            complete: () => {
              if (current.closed) return;
              if (finite) subscriber.complete();
              else fail(new CameraError('lost', 'the camera ended its frames'));
            },
          }),
        );
      };
      open();
    });
}
