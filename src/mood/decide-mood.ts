import type { OperatorFunction } from 'rxjs';
import { EMOTIONS, type Emotion, type EmotionScores } from '../vision/emotion.ts';
import { countPeople, type PeopleCount } from './count-people.ts';
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
  /** So long somebody must be visible before a mood is no longer `null`; 0 unless given. */
  readonly presentAfterMs?: number;
  /** So long nobody must be visible before the mood is `null`, and fewer people before fewer are counted. */
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
  readonly people: PeopleCount;
  /** Since when somebody is visible who does not count as present yet. */
  readonly arrivingMs: number | undefined;
  readonly atMs: number;
}

/** Frames of several cameras come out of order by this much; a longer step back means that the clock was set. */
const OUT_OF_ORDER_MS = 5000;

/**
 * Decides on a mood from smoothed evidence, with hysteresis and dwell, so that it neither flickers between two close
 * emotions nor switches on one frame. One mood comes out for every evidence that goes in. After a gap of more than
 * `validForMs` nothing old counts: the next evidence decides afresh.
 */
export function decideMood(options: DecisionOptions): OperatorFunction<Evidence, Mood> {
  return mapAccumulate<Evidence, Decision | undefined, Mood>(undefined, (before, evidence) => {
    const elapsedMs = before ? evidence.atMs - before.atMs : Infinity;
    const fresh = elapsedMs >= -OUT_OF_ORDER_MS && elapsedMs <= options.validForMs ? before : undefined;
    const atMs = Math.max(evidence.atMs, fresh?.atMs ?? -Infinity);
    const state = decide(fresh, { ...evidence, atMs }, options);
    return { state, out: toMood(state, options) };
  });
}

function decide(before: Decision | undefined, evidence: Evidence, options: DecisionOptions): Decision {
  const { atMs, faces } = evidence;
  const people = countPeople(before?.people, faces, atMs, options.absentAfterMs);
  if (!before || before.mood === null) return arrive(before, people, evidence, options);
  const visible = faces > 0 ? evidence : before.visible;
  const present = { ...before, visible, people, atMs };
  const wanted = wantedMood(before.mood, evidence, options);
  if (wanted === before.mood) return { ...present, candidate: undefined };
  const known = before.candidate?.mood === wanted;
  const candidate = known ? before.candidate : candidateFrom(wanted, atMs);
  const neededMs = wanted === null ? options.absentAfterMs : options.dwellMs;
  // However short the dwell and however rare the frames: one of them alone decides on no mood.
  const alone = wanted !== null && !known;
  if (alone || atMs - candidate.sinceMs < neededMs) return { ...present, candidate };
  if (wanted === null) return nobody(people, atMs);
  return { ...present, mood: wanted, sinceMs: atMs, candidate: undefined };
}

/** Nobody is there, or somebody comes; what mood they are in needs its dwell. */
function arrive(
  before: Decision | undefined,
  people: PeopleCount,
  evidence: Evidence,
  options: DecisionOptions,
): Decision {
  const { atMs, faces } = evidence;
  const absent = before ? { ...before, people, atMs } : nobody(people, atMs);
  if (faces === 0) return { ...absent, arrivingMs: undefined };
  const arrivingMs = before?.arrivingMs ?? atMs;
  if (atMs - arrivingMs < (options.presentAfterMs ?? 0)) return { ...absent, arrivingMs };
  const candidate = candidateFrom(wantedMood(null, evidence, options), atMs);
  return { ...absent, mood: 'uncertain', sinceMs: atMs, candidate, visible: evidence, arrivingMs: undefined };
}

function nobody(people: PeopleCount, atMs: number): Decision {
  return { mood: null, sinceMs: atMs, candidate: undefined, visible: undefined, people, arrivingMs: undefined, atMs };
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

function toMood({ mood, visible, people, sinceMs, atMs }: Decision, { validForMs }: DecisionOptions): Mood {
  const scores = visible?.scores ?? NO_SCORES;
  return {
    mood,
    confidence: confidence(mood, scores),
    ...valenceAndArousal(scores),
    faces: mood === null ? 0 : people.faces,
    scores,
    sinceMs,
    atMs,
    validUntilMs: atMs + validForMs,
  };
}

/** The score of the mood; when uncertain, that of the best guess, which is what the uncertainty is about. */
function confidence(mood: MoodName, scores: EmotionScores): number {
  if (mood === null) return 0;
  return mood === 'uncertain' ? Math.max(...EMOTIONS.map((emotion) => scores[emotion])) : scores[mood];
}
