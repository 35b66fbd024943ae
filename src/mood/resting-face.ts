import { EMOTIONS, type EmotionScores } from '../vision/emotion.ts';
import { mapScores, mixScores, normalised } from './scores.ts';

// Some faces look sad or angry at rest. What a track shows while nothing much shows is taken for its rest, and what looks
// like an emotion then counts less. It belongs to the track and goes with it: nobody is known again by it.

/** What a face shows at rest, as far as it was watched; plain numbers. */
export interface RestingFace {
  /** Mean scores of the frames at rest. */
  readonly scores: EmotionScores;
  /** For how long they were watched. */
  readonly watchedMs: number;
}

/** A frame counts as rest while neutral cannot be excluded: a laugh or tears are no resting face. */
const REST_NEUTRAL = 0.1;
/** Learning ends after so much of rest: somebody who grows sad later is sad. */
const LEARN_MS = 120_000;
/** What was watched for so long counts half. */
const HALF_TRUST_MS = 20_000;
/** Frames further apart say no more of the time between them. */
const LONGEST_FRAME_MS = 1000;
/** At rest an emotion should be this far behind neutral, in nats of log score. */
const BEHIND_NEUTRAL = 1;
/** The largest shift of an emotion's log prior, in nats: clear expressions, with ratios of e⁴ and more, stay what they are. */
export const MAX_SHIFT = 1.5;

/** Adds a frame that comes `elapsedMs` after the track's last one. */
export function watchRest(
  rest: RestingFace | undefined,
  scores: EmotionScores,
  elapsedMs: number,
): RestingFace | undefined {
  if (scores.neutral < REST_NEUTRAL) return rest;
  const frameMs = Math.min(Math.max(0, elapsedMs), LONGEST_FRAME_MS);
  if (!rest) return { scores, watchedMs: frameMs };
  if (rest.watchedMs >= LEARN_MS || frameMs === 0) return rest;
  const watchedMs = rest.watchedMs + frameMs;
  return { scores: mixScores(rest.scores, scores, frameMs / watchedMs), watchedMs };
}

/**
 * How far each emotion's log prior is shifted, −`MAX_SHIFT` to 0 nats: by what the face shows of it at rest beyond the
 * usual, the more the longer it was watched. Neutral is never shifted.
 */
export function restingShift(rest: RestingFace | undefined): EmotionScores {
  if (!rest) return mapScores(() => 0);
  const trust = rest.watchedMs / (rest.watchedMs + HALF_TRUST_MS);
  return mapScores((emotion) => {
    if (emotion === 'neutral') return 0;
    const beyond = Math.log(rest.scores[emotion] / rest.scores.neutral) + BEHIND_NEUTRAL;
    return 0 - trust * Math.min(MAX_SHIFT, Math.max(0, beyond));
  });
}

/** Scores with their log priors shifted; a distribution again. */
export function shiftScores(scores: EmotionScores, shift: EmotionScores): EmotionScores {
  if (EMOTIONS.every((emotion) => shift[emotion] === 0)) return scores;
  return normalised((emotion) => scores[emotion] * Math.exp(shift[emotion]));
}
