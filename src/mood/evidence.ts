import type { EmotionScores } from '../vision/emotion.ts';
import type { Observation } from '../vision/observation.ts';
import { meanScores } from './scores.ts';

/** What several faces or cameras say together at one time, before a mood is decided. */
export interface Evidence {
  readonly atMs: number;
  readonly faces: number;
  /** A distribution; all zero when there are no faces. */
  readonly scores: EmotionScores;
}

/** Every face of a frame counts the same. */
export function evidenceOfFaces({ atMs, faces }: Observation): Evidence {
  return { atMs, faces: faces.length, scores: meanScores(faces.map(({ scores }) => ({ scores, weight: 1 }))) };
}
