import type { Observable } from 'rxjs';
import type { Frame } from './frame.ts';

/**
 * One source of frames. Subscribing opens it, unsubscribing closes it and frees what it held (process, socket).
 * A finite source completes after its last frame; a lost one errors with a `CameraError`.
 */
export interface Camera {
  readonly name: string;
  readonly frames$: Observable<Frame>;
}

export type CameraErrorCode = 'not-found' | 'refused' | 'unreadable' | 'lost' | 'stalled' | 'tool-missing';

/** Whatever ends a camera's frames before their time. The message is one line, says what to do, and holds no secret. */
export class CameraError extends Error {
  readonly code: CameraErrorCode;

  constructor(code: CameraErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CameraError';
    this.code = code;
  }
}
