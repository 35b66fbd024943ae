import type { OperatorFunction } from 'rxjs';
import { EMOTIONS, type Emotion, type EmotionScores } from '../vision/emotion.ts';
import type { Evidence } from './evidence.ts';
import { mapAccumulate } from './map-accumulate.ts';
import type { Mood, MoodName } from './mood.ts';
import { NO_SCORES } from './scores.ts';
import { valenceAndArousal } from './valence-arousal.ts';

export interface DecisionOptions {
  /** Smoothed score from which on an emotion may become the mood. */
  readonly enter: number;
  /** Smoothed score below which a mood no longer holds; less than `enter`: the hysteresis. */
  readonly leave: number;
  /** So long another mood must be ahead, in two frames at least, before it replaces the present one. */
  readonly dwellMs: number;
  /** So long nobody must be visible before the mood is `null`. */
  readonly absentAfterMs: number;
  /** A mood is stale this long after its evidence. */
  readonly validForMs: number;
}

interface Candidate {
  readonly mood: MoodName;
  readonly sinceMs: number;
}

interface Decision {
  readonly mood: MoodName;
  readonly sinceMs: number;
  readonly candidate: Candidate | undefined;
  /** Last evidence with a face in it. */
  readonly visible: Evidence | undefined;
  readonly atMs: number;
}

/**
 * Decides on a mood from smoothed evidence, with hysteresis and dwell, so that it neither flickers between two close
 * emotions nor switches on one frame. One mood comes out for every evidence that goes in. After a gap of more than
 * `validForMs` nothing old counts: the next evidence decides afresh.
 */
export function decideMood(options: DecisionOptions): OperatorFunction<Evidence, Mood> {
  return mapAccumulate<Evidence, Decision | undefined, Mood>(undefined, (before, evidence) => {
    const elapsedMs = before ? evidence.atMs - before.atMs : Infinity;
    // Time runs backwards when the clock was set: what was decided in the future is nothing to go by.
    const fresh = elapsedMs >= 0 && elapsedMs <= options.validForMs ? before : undefined;
    const state = decide(fresh, evidence, options);
    return { state, out: toMood(state, options) };
  });
}

function decide(before: Decision | undefined, evidence: Evidence, options: DecisionOptions): Decision {
  const { atMs } = evidence;
  const visible = evidence.faces > 0 ? evidence : before?.visible;
  const wanted = wantedMood(before?.mood ?? null, evidence, options);
  if (!before || (before.mood === null && evidence.faces > 0)) return arrive(wanted, evidence);
  if (wanted === before.mood) return { ...before, candidate: undefined, visible, atMs };
  const known = before.candidate?.mood === wanted;
  const candidate = known ? before.candidate : candidateFrom(wanted, atMs);
  const neededMs = wanted === null ? options.absentAfterMs : options.dwellMs;
  // However short the dwell and however rare the frames: one of them alone decides on no mood.
  const alone = wanted !== null && !known;
  if (alone || atMs - candidate.sinceMs < neededMs) return { ...before, candidate, visible, atMs };
  return { mood: wanted, sinceMs: atMs, candidate: undefined, visible: wanted === null ? undefined : visible, atMs };
}

/** Somebody is there at once; what mood they are in needs its dwell. */
function arrive(wanted: MoodName, evidence: Evidence): Decision {
  const { atMs, faces } = evidence;
  const here = faces > 0;
  return {
    mood: here ? 'uncertain' : null,
    sinceMs: atMs,
    candidate: candidateFrom(wanted, atMs),
    visible: here ? evidence : undefined,
    atMs,
  };
}

function candidateFrom(mood: MoodName, sinceMs: number): Candidate {
  return { mood, sinceMs };
}

/** What the evidence alone would make the mood, given the present one. */
function wantedMood(present: MoodName, { faces, scores }: Evidence, options: DecisionOptions): MoodName {
  if (faces === 0) return null;
  const best = EMOTIONS.reduce((a, b) => (scores[b] > scores[a] ? b : a));
  if (scores[best] >= options.enter) return best;
  if (isEmotion(present) && scores[present] >= options.leave) return present;
  return 'uncertain';
}

function isEmotion(mood: MoodName): mood is Emotion {
  return mood !== null && mood !== 'uncertain';
}

function toMood(state: Decision, options: DecisionOptions): Mood {
  const nobody = state.mood === null || !state.visible;
  const scores: EmotionScores = nobody ? NO_SCORES : state.visible.scores;
  return {
    mood: nobody ? null : state.mood,
    confidence: confidence(state.mood, scores),
    ...valenceAndArousal(scores),
    faces: nobody ? 0 : state.visible.faces,
    scores,
    sinceMs: state.sinceMs,
    atMs: state.atMs,
    validUntilMs: state.atMs + options.validForMs,
  };
}

/** The score of the mood; when uncertain, that of the best guess, which is what the uncertainty is about. */
function confidence(mood: MoodName, scores: EmotionScores): number {
  if (mood === null) return 0;
  return mood === 'uncertain' ? Math.max(...EMOTIONS.map((emotion) => scores[emotion])) : scores[mood];
}
