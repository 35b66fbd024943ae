import type { MoodName } from '../../mood/mood.ts';

/** What a trigger remembers that looks whether something holds; plain data. */
export interface LevelState {
  /** Whether its condition held at the last news; null when none could tell yet. */
  readonly holds: boolean | null;
  /** The mood that it held for. */
  readonly held: MoodName;
  /** Since when it has held, by our clock; `for` counts from here. */
  readonly sinceMs: number;
  /** Whether it fires when `for` is over. */
  readonly pending: boolean;
}

/** What a trigger remembers that looks at the clock; plain data. */
export interface TimerState {
  /** When it fires next; null when it never does. */
  readonly dueMs: number | null;
  /** When that was worked out. */
  readonly setMs: number;
}

export type TriggerState = LevelState | TimerState;

/** Before any news. */
export const UNSEEN: LevelState = { holds: null, held: null, sinceMs: 0, pending: false };

/**
 * What happened to a trigger: it fires, begins to wait for `for`, waits in vain as something else came (`over`) or as
 * nothing came (`stale`), or its time passed unseen (`missed`).
 */
export type TriggerEvent = 'fire' | 'wait' | 'over' | 'stale' | 'missed';

export interface TriggerStep {
  readonly state: TriggerState;
  readonly event: TriggerEvent | undefined;
}

/** What holds on: fires when `for` is over. */
export function waitFor(forMs: number, state: LevelState, nowMs: number): TriggerStep {
  // A clock that was set back must not stretch the time.
  const sinceMs = Math.min(state.sinceMs, nowMs);
  const over = state.pending && nowMs - sinceMs >= forMs;
  return { state: { ...state, sinceMs, pending: state.pending && !over }, event: over ? 'fire' : undefined };
}
