import type { Emotion, EmotionScores } from './emotion.ts';
import type { DetectedFace } from './face.ts';

/** A face, followed from frame to frame, and what it shows in this one. */
export interface ObservedFace extends DetectedFace {
  /** The same number for the same face in neighbouring frames; never an identity beyond that. */
  readonly track: number;
  readonly emotion: Emotion;
  /** Score of `emotion`. */
  readonly confidence: number;
  readonly scores: EmotionScores;
  /** By `sharpness`; below about 0.1 the face is blurred. */
  readonly sharpness: number;
}

/** Everything vision knows about one frame. */
export interface Observation {
  readonly camera: string;
  /** Index of the frame. */
  readonly frame: number;
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly ObservedFace[];
}
