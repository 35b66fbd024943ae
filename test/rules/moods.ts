import type { Mood, MoodName, MoodUpdate } from '../../src/mood/mood.ts';
import { NO_SCORES } from '../../src/mood/scores.ts';
import { LocalClock, type Location } from '../../src/rules/local-clock.ts';
import { seeMood } from '../../src/rules/places.ts';
import type { Scene } from '../../src/rules/scene.ts';
import { DEFAULT_BRAKE, type MoodTrigger, type NumericTrigger, type Rule, type Trigger } from '../../src/rules/rule.ts';

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
  room: string | null = null,
): MoodUpdate {
  return { camera, room, mood: moodAt(mood, atMs, more) };
}

export function moodTrigger(more: Partial<MoodTrigger> = {}): MoodTrigger {
  const place = { camera: 'a', room: null };
  return { trigger: 'mood', ...place, from: undefined, to: ['happy'], minConfidence: 0, forMs: 0, ...more };
}

export function numericTrigger(more: Partial<NumericTrigger> = {}): NumericTrigger {
  const limits = { above: undefined, below: -0.4, hysteresis: 0 };
  return { trigger: 'numeric', camera: 'a', room: null, attribute: 'valence', ...limits, forMs: 0, ...more };
}

/** A rule that logs `x`. */
export function ruleOf(trigger: Trigger | readonly Trigger[], more: Partial<Rule> = {}): Rule {
  return {
    id: 'r',
    alias: undefined,
    triggers: Array.isArray(trigger) ? (trigger as readonly Trigger[]) : [trigger as Trigger],
    conditions: [],
    actions: [{ action: 'log', message: 'x', level: 'info' }],
    mode: 'single',
    max: 10,
    cooldownMs: 0,
    cooldownPer: 'rule',
    yieldTo: undefined,
    dryRun: false,
    quiet: [],
    brake: DEFAULT_BRAKE,
    ...more,
  };
}

/** What one step sees, when nothing came and nothing is known but these. */
export function sceneAt(
  nowMs: number,
  {
    zone = 'UTC',
    mood,
    topics = {},
    assumeMessages = false,
    location,
  }: {
    readonly zone?: string;
    /** The fresh mood of every place. */
    readonly mood?: Mood;
    readonly topics?: Readonly<Record<string, string>>;
    readonly assumeMessages?: boolean;
    readonly location?: Location;
  } = {},
): Scene {
  const place = mood && seeMood(undefined, mood, nowMs);
  return {
    nowMs,
    clock: new LocalClock(zone, location),
    place: () => ({ before: place, after: place, news: false }),
    lastMood: () => mood,
    topic: (topic) => (topic in topics ? { payload: topics[topic]!, atMs: nowMs } : undefined),
    message: undefined,
    bridgeUntilMs: 0,
    assumeMessages,
  };
}
