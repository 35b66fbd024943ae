import type { Emotion, EmotionScores } from '../vision/emotion.ts';
import type { Observation, ObservedFace } from '../vision/observation.ts';

/** What lasts: an emotion, `uncertain` when the evidence does not carry a decision, `null` when nobody is visible. */
export type MoodName = Emotion | 'uncertain' | null;

/** The mood of one camera, of a room or of the home at one time. */
export interface Mood {
  readonly mood: MoodName;
  /** Smoothed score of `mood`, 0 to 1; 0 when nobody is visible. */
  readonly confidence: number;
  /** −1 (unpleasant) to 1 (pleasant); 0 when nobody is visible. */
  readonly valence: number;
  /** 0 (calm) to 1 (excited); 0 when nobody is visible. */
  readonly arousal: number;
  /** How many faces count now. */
  readonly faces: number;
  /** Smoothed scores; all zero when nobody is visible. */
  readonly scores: EmotionScores;
  /** Since when `mood` has held, ms since the Unix epoch. */
  readonly sinceMs: number;
  /** Time of the newest evidence. */
  readonly atMs: number;
  /** From this time on the mood is stale and says nothing. */
  readonly validUntilMs: number;
}

/** Whose mood: a camera's, a room's when only `room` is set, the whole home's when neither is. */
export interface MoodUpdate {
  readonly camera: string | null;
  /** The room as the configuration names it; with `camera`, the room that it looks at, null when none is named. */
  readonly room: string | null;
  readonly mood: Mood;
}

/** A face whose scores are what is known of it by now, not by its frame alone. */
export interface SteadyFace extends ObservedFace {
  /** How much it says beside other faces, 0 to 1: by how well it can be seen. */
  readonly weight: number;
}

export interface SteadyObservation extends Observation {
  readonly faces: readonly SteadyFace[];
}

/** One followed face that came, changed or left. */
export interface FaceChange {
  readonly camera: string;
  readonly atMs: number;
  /** Smoothed scores inside, and `emotion` and `confidence` taken from them. */
  readonly face: ObservedFace;
  /** False once, when the face is gone. */
  readonly visible: boolean;
}
