import type { OperatorFunction } from 'rxjs';
import type { EmotionScores } from '../vision/emotion.ts';
import type { Box } from '../vision/face.ts';
import type { Observation, ObservedFace } from '../vision/observation.ts';
import { drift, independence, UNIFORM, weighIn } from './emotion-chain.ts';
import { faceWeight } from './face-weight.ts';
import { mapAccumulate } from './map-accumulate.ts';
import type { SteadyFace, SteadyObservation } from './mood.ts';
import { type RestingFace, restingShift, shiftScores, watchRest } from './resting-face.ts';

export interface FilterOptions {
  /** How often a person's emotion ends, a second. */
  readonly switchesPerS: number;
  /** For so long a classifier makes the same errors on the same face. */
  readonly correlationMs: number;
  /** A track not seen for this long starts afresh when it comes back. */
  readonly forgetMs: number;
  /** Whether what a face shows at rest is learnt and allowed for. */
  readonly restingFace: boolean;
  /** How frequent each emotion was among the labels that the classifier learned from; no score of it is zero. */
  readonly labelPrior: EmotionScores;
}

/** What is remembered of a track. */
interface Memory {
  readonly posterior: EmotionScores;
  readonly rest: RestingFace | undefined;
  readonly box: Box;
  readonly seenMs: number;
}

/** A new track where another ended so recently is taken to go on with its resting face. */
const HEIR_MS = 30_000;

/**
 * Replaces each face's scores by the posterior of its emotion given all frames of its track. What a frame counts follows
 * from the time since the track's last one, so irregular frames are right, and from how well the face can be seen.
 * `emotion` and `confidence` stay the frame's own.
 */
export function filterFaces(options: FilterOptions): OperatorFunction<Observation, SteadyObservation> {
  return mapAccumulate(new Map<number, Memory>(), (before: ReadonlyMap<number, Memory>, observation: Observation) => {
    const { atMs } = observation;
    // A memory from the future was made before the clock was set back.
    const state = new Map(
      [...before].filter(([, { seenMs }]) => seenMs <= atMs && atMs - seenMs <= Math.max(options.forgetMs, HEIR_MS)),
    );
    const visible = new Set(observation.faces.map(({ track }) => track));
    const faces = observation.faces.map((face): SteadyFace => {
      const weight = faceWeight(face, observation);
      const known = recall(state, face, atMs, options.forgetMs) ?? inherit(state, face, visible);
      const memory = step(known, face, weight, atMs, options);
      state.set(face.track, memory);
      return { ...face, scores: memory.posterior, weight };
    });
    return { state, out: { ...observation, faces } };
  });
}

function step(
  before: Partial<Memory>,
  { scores, box }: ObservedFace,
  weight: number,
  atMs: number,
  { switchesPerS, correlationMs, restingFace, labelPrior }: FilterOptions,
): Memory {
  const elapsedMs = before.seenMs === undefined ? Infinity : atMs - before.seenMs;
  const expected = before.posterior ? drift(before.posterior, elapsedMs, switchesPerS) : UNIFORM;
  const rest = restingFace ? watchRest(before.rest, scores, weight * Math.min(elapsedMs, HEIR_MS)) : undefined;
  const shifted = shiftScores(scores, restingShift(rest));
  const posterior = weighIn(expected, shifted, labelPrior, weight * independence(elapsedMs, correlationMs));
  return { posterior, rest, box, seenMs: atMs };
}

/** What is known of a face by its own track: all of it, or its resting face alone after a while. */
function recall(
  memories: ReadonlyMap<number, Memory>,
  { track }: ObservedFace,
  atMs: number,
  forgetMs: number,
): Partial<Memory> | undefined {
  const own = memories.get(track);
  return own && atMs - own.seenMs > forgetMs ? { rest: own.rest } : own;
}

/** The resting face of a track that ended just there; taken from it, so that it has one heir. */
function inherit(memories: Map<number, Memory>, { box }: ObservedFace, visible: ReadonlySet<number>): Partial<Memory> {
  for (const [track, { rest, box: last }] of memories) {
    if (visible.has(track) || !isThere(box, last)) continue;
    memories.delete(track);
    return { rest };
  }
  return {};
}

/** Whether a box is about where another was, and about as large. */
function isThere(a: Box, b: Box): boolean {
  const apart = Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
  return apart < b.width / 2 && Math.abs(Math.log(a.width / b.width)) < Math.log(1.5);
}
