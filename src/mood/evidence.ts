import type { EmotionScores } from '../vision/emotion.ts';
import type { SteadyObservation } from './mood.ts';
import { combineScores, type Strategy } from './strategy.ts';

/** What several faces or cameras say together at one time, before a mood is decided. */
export interface Evidence {
  readonly atMs: number;
  readonly faces: number;
  /** A distribution; all zero when there are no faces. */
  readonly scores: EmotionScores;
}

/** Every face of a frame counts by how well it can be seen. */
export function evidenceBy(strategy: Strategy): (observation: Pick<SteadyObservation, 'atMs' | 'faces'>) => Evidence {
  return ({ atMs, faces }) => ({ atMs, faces: faces.length, scores: combineScores(faces, strategy) });
}
