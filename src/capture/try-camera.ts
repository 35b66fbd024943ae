import { lastValueFrom, scan, takeUntil, takeWhile, timeout, timer } from 'rxjs';
import { CAMERA_DEFAULTS } from './camera-settings.ts';
import { encodeJpeg } from './encode-jpeg.ts';
import type { Frame } from './frame.ts';
import { openCamera } from './open-camera.ts';
import { redactUrls } from './redact-url.ts';

/** What a camera gives. */
export interface CameraTrial {
  readonly width: number;
  readonly height: number;
  /** Frames a second, of at most 30; null when only one came. */
  readonly fps: number | null;
  readonly jpeg: Buffer | undefined;
}

const FIRST_MS = 10_000;
const LOOK_MS = 2000;

/**
 * Opens a source, looks for two seconds from its first frame on, and closes it. Rejects with an `Error` in words, without
 * users and passwords. No picture is made unless asked for.
 */
export async function tryCamera(source: string, withPicture: boolean): Promise<CameraTrial> {
  const none = () => {
    throw new Error(`no picture within ${FIRST_MS / 1000} s; does anything else hold the camera?`);
  };
  interface Seen {
    readonly first: Frame;
    readonly last: Frame;
    readonly count: number;
  }
  const { frames$ } = openCamera('try', { ...CAMERA_DEFAULTS, source, fps: 30, loop: true });
  try {
    const seen = await lastValueFrom(
      frames$.pipe(
        timeout({ first: FIRST_MS, with: none }),
        scan(
          (before: Seen | undefined, frame): Seen => ({
            first: before?.first ?? frame,
            last: frame,
            count: (before?.count ?? 0) + 1,
          }),
          undefined,
        ),
        takeWhile((one): one is Seen => one !== undefined && one.last.atMs - one.first.atMs < LOOK_MS, true),
        takeUntil(timer(FIRST_MS + 2 * LOOK_MS)),
      ),
      { defaultValue: undefined },
    );
    if (!seen) throw new Error('no picture came');
    const { first, last, count } = seen;
    const lastedMs = last.atMs - first.atMs;
    return {
      width: last.width,
      height: last.height,
      fps: count > 1 && lastedMs > 0 ? Math.round(((count - 1) * 10_000) / lastedMs) / 10 : null,
      jpeg: withPicture ? await encodeJpeg(last) : undefined,
    };
  } catch (error) {
    throw new Error(redactUrls(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}
