import type { SchedulerLike } from 'rxjs';

/** Called for each picture that cannot be read and is left out; `reason` is one line without secrets. */
export type OnSkipped = (reason: string) => void;

/** What every adapter takes beside its settings. */
export interface CameraOptions {
  readonly onSkipped?: OnSkipped;
  /** Gives the time and the timers; the system's unless a test brings its own. */
  readonly scheduler?: SchedulerLike;
}
