import type { Mood, MoodName } from '../mood/mood.ts';
import { isEmotion } from './match-mood.ts';
import type { Place } from './rule.ts';

/** What rules remember of one camera, room or of the home; plain data. */
export interface PlaceState {
  readonly mood: Mood;
  /** The mood before this one; undefined when we did not see it. */
  readonly previous: MoodName | undefined;
  /** The emotion before this mood, with at most uncertainty between; undefined when there is none. */
  readonly emotionBefore: MoodName | undefined;
  /** Since when we have had moods without a silence. */
  readonly watchedSinceMs: number;
  /** Whether what we see can be told from what was so before we looked. */
  readonly settled: boolean;
}

/**
 * After a start or a silence nobody is visible for some frames, and then moods are uncertain, whoever was there all
 * along. So until an emotion is decided or this much time has passed, no mood counts as the one before a change.
 */
export const SETTLE_MS = 10_000;

/** A mood further ahead of our clock than this was not made by it: the clock was set back, or the mood is not ours. */
const MAX_AHEAD_MS = 5000;

/** One text for each place; no camera's name holds a slash. */
export function placeKey({ camera, room }: Place): string {
  return camera ?? (room === null ? '' : `room/${room}`);
}

export function isFresh(mood: Mood, nowMs: number): boolean {
  return mood.validUntilMs > nowMs && mood.atMs <= nowMs + MAX_AHEAD_MS;
}

/** What we know after a mood that came at `nowMs`; `before` is undefined at the start and after a silence. */
export function seeMood(before: PlaceState | undefined, mood: Mood, nowMs: number): PlaceState {
  if (!before) {
    const settled = isEmotion(mood.mood);
    return { mood, previous: undefined, emotionBefore: undefined, watchedSinceMs: nowMs, settled };
  }
  const { watchedSinceMs } = before;
  const settled = before.settled || isEmotion(mood.mood) || nowMs - watchedSinceMs >= SETTLE_MS;
  if (mood.mood === before.mood.mood) return { ...before, mood, settled };
  const previous = before.settled ? before.mood.mood : undefined;
  const emotionBefore = before.mood.mood === 'uncertain' ? before.emotionBefore : (previous ?? undefined);
  return { mood, previous, emotionBefore, watchedSinceMs, settled };
}

/** Whether the mood came from one of these: directly, or over uncertainty, which is no mood of its own. */
export function cameFrom({ previous, emotionBefore }: PlaceState, from: readonly MoodName[]): boolean {
  return [previous, emotionBefore].some((mood) => mood !== undefined && from.includes(mood));
}
