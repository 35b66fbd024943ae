import type { OperatorFunction } from 'rxjs';
import type { EmotionScores } from '../vision/emotion.ts';
import type { Observation } from '../vision/observation.ts';
import { mapAccumulate } from './map-accumulate.ts';
import { faceWeight } from './face-weight.ts';
import type { SteadyObservation } from './mood.ts';
import { mixScores } from './scores.ts';

export interface SmoothingOptions {
  /** After this long a change has half arrived. */
  readonly halfLifeMs: number;
  /** A track not seen for this long starts afresh when it comes back. */
  readonly forgetMs: number;
}

interface Memory {
  readonly scores: EmotionScores;
  readonly seenMs: number;
}

/**
 * Replaces each face's scores by their exponential moving average over the face's track. A frame's weight follows from
 * the time since the track's last one, so irregular frames are right. `emotion` and `confidence` stay the frame's own.
 */
export function smoothFaces({
  halfLifeMs,
  forgetMs,
}: SmoothingOptions): OperatorFunction<Observation, SteadyObservation> {
  return mapAccumulate(new Map<number, Memory>(), (before: ReadonlyMap<number, Memory>, observation: Observation) => {
    const { atMs } = observation;
    const state = new Map([...before].filter(([, memory]) => atMs - memory.seenMs <= forgetMs));
    const faces = observation.faces.map((face) => {
      const memory = state.get(face.track);
      const scores = memory
        ? mixScores(memory.scores, face.scores, newWeight(atMs - memory.seenMs, halfLifeMs))
        : face.scores;
      state.set(face.track, { scores, seenMs: atMs });
      return { ...face, scores, weight: faceWeight(face, observation) };
    });
    return { state, out: { ...observation, faces } };
  });
}

/** What a value counts that comes `elapsedMs` after the one before. */
function newWeight(elapsedMs: number, halfLifeMs: number): number {
  return 1 - 2 ** -(Math.max(0, elapsedMs) / halfLifeMs);
}
