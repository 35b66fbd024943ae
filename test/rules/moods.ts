import type { Mood, MoodName, MoodUpdate } from '../../src/mood/mood.ts';
import { NO_SCORES } from '../../src/mood/scores.ts';
import type { MoodTrigger, NumericTrigger, Rule, Trigger } from '../../src/rules/rule.ts';

/** How long the moods of these tests are valid. */
export const VALID_MS = 15_000;

/** A mood at a time, as the mood stage gives it. */
export function moodAt(mood: MoodName, atMs: number, more: Partial<Mood> = {}): Mood {
  const nobody = mood === null;
  return {
    mood,
    confidence: nobody ? 0 : 0.8,
    valence: 0,
    arousal: 0,
    faces: nobody ? 0 : 1,
    scores: NO_SCORES,
    sinceMs: atMs,
    atMs,
    validUntilMs: atMs + VALID_MS,
    ...more,
  };
}

export function updateAt(
  mood: MoodName,
  atMs: number,
  more: Partial<Mood> = {},
  camera: string | null = 'a',
): MoodUpdate {
  return { camera, room: null, mood: moodAt(mood, atMs, more) };
}

export function moodTrigger(more: Partial<MoodTrigger> = {}): MoodTrigger {
  return { trigger: 'mood', camera: 'a', from: undefined, to: ['happy'], minConfidence: 0, forMs: 0, ...more };
}

export function numericTrigger(more: Partial<NumericTrigger> = {}): NumericTrigger {
  const limits = { above: undefined, below: -0.4, hysteresis: 0 };
  return { trigger: 'numeric', camera: 'a', attribute: 'valence', ...limits, forMs: 0, ...more };
}

/** A rule that logs `x`. */
export function ruleOf(trigger: Trigger | readonly Trigger[], more: Partial<Rule> = {}): Rule {
  return {
    id: 'r',
    alias: undefined,
    triggers: Array.isArray(trigger) ? (trigger as readonly Trigger[]) : [trigger as Trigger],
    conditions: [],
    actions: [{ action: 'log', message: 'x', level: 'info' }],
    cooldownMs: 0,
    dryRun: false,
    ...more,
  };
}
