import { EMOTIONS, type EmotionScores } from '../vision/emotion.ts';
import { mapScores, normalised } from './scores.ts';

// A face's emotion as a hidden Markov chain in continuous time, and the two steps of its filter (Rabiner 1989, "A
// tutorial on hidden Markov models", III.A, with exp(Q t) in the place of a matrix a frame). Pure functions.

/** No emotion is likelier than another: where an unobserved chain ends up. */
export const UNIFORM: EmotionScores = mapScores(() => 1 / EMOTIONS.length);

/**
 * The share of frames that say nothing about the emotion (a hand before the face, a wrong crop). It bounds what one frame
 * can do: no score is taken as less than this share of an even one.
 */
const OUTLIERS = 0.01;

/**
 * How much of the labels' prior is divided out. All of it would be right where the seven are equally frequent, nothing
 * where they are as frequent as the labels; a home is in between, and errors that go on for seconds punish the extremes.
 * Half was the best of 0, ¼, ½, ¾ and 1 on sequences of both kinds (src/training/LOG.md, "Mood filter").
 */
const PRIOR_POWER = 0.5;

/**
 * What is known of the emotion `elapsedMs` later, unobserved. Emotions end at `switchesPerS` and any of the seven follows,
 * Q = r (1 uᵀ − I) with u uniform, so that exp(Q t) p = u + (p − u) e^(−r t): splitting the time changes nothing.
 */
export function drift(posterior: EmotionScores, elapsedMs: number, switchesPerS: number): EmotionScores {
  const kept = Math.exp((-switchesPerS * Math.max(0, elapsedMs)) / 1000);
  return mapScores((emotion) => UNIFORM[emotion] + (posterior[emotion] - UNIFORM[emotion]) * kept);
}

/**
 * Bayes' rule with a classifier's calibrated scores: divided by the prior of its training labels they are likelihoods up
 * to a factor (Bourlard and Morgan 1994, "Connectionist speech recognition", §7.3). `weight` tempers them: 0 says
 * nothing, 1 is one independent picture.
 */
export function weighIn(
  posterior: EmotionScores,
  scores: EmotionScores,
  labelPrior: EmotionScores,
  weight: number,
): EmotionScores {
  const ratios = mapScores((emotion) => scores[emotion] / labelPrior[emotion] ** PRIOR_POWER);
  const sum = EMOTIONS.reduce((total, emotion) => total + ratios[emotion], 0);
  return normalised((emotion) => {
    const likelihood = (1 - OUTLIERS) * (ratios[emotion] / sum) + OUTLIERS * UNIFORM[emotion];
    return posterior[emotion] * likelihood ** weight;
  });
}

/**
 * How many independent pictures a frame is worth that comes `sinceMs` after the face's last one, when a classifier's
 * errors on one face are correlated as e^(−t / `correlationMs`): n equally spaced ones are worth n (1 − ρ) / (1 + ρ),
 * which is tanh(t / 2τ). So a second is worth the same at any frame rate that is not slow against τ. 1 for a face's first.
 */
export function independence(sinceMs: number, correlationMs: number): number {
  return correlationMs <= 0 ? 1 : Math.tanh(Math.max(0, sinceMs) / (2 * correlationMs));
}
