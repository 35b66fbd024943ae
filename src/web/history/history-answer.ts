import type { TimelineBin } from '../../history/bin-history.ts';

/** What one stretch was like at one place: for how long each mood held, in ms (those that did), and means over it. */
export interface BinAnswer {
  readonly held: Readonly<Partial<TimelineBin['heldMs']>>;
  readonly valence: number;
  readonly arousal: number;
  readonly people: number;
}

/** A camera's history, a room's when `camera` is null, the home's when `room` is, too. */
export interface PlaceAnswer {
  readonly camera: string | null;
  readonly room: string | null;
  /** One each `binMs` from `fromMs` on; null where nothing is known. */
  readonly bins: readonly (BinAnswer | null)[];
}

/** A rule that fired, or would have but for `dry_run`. */
export interface FiringAnswer {
  readonly atMs: number;
  readonly rule: string;
  readonly outcome: 'fired' | 'dry_run';
  readonly reason: string;
}

/** `GET /api/history`. */
export interface HistoryAnswer {
  /** False when no history is written. */
  readonly enabled: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly binMs: number;
  /** The home first, then rooms, then cameras; those that the history knows. */
  readonly places: readonly PlaceAnswer[];
  /** The newest, in order of time. */
  readonly fired: readonly FiringAnswer[];
  /** How many there were in all. */
  readonly firedCount: number;
}
