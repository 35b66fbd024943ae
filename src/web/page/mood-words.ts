import type { CameraState, MoodPayload } from '../home-state.ts';
import { type Look, lookOf, NAMES } from './emotions.ts';
import { ago, JUST_NOW_MS, lasting, people, percent, sureness } from './words.ts';

/** What is to be said about a mood. Stale, absent, uncertain and missing moods are told apart from neutral ones. */
export interface MoodWords {
  readonly look: Look;
  /** Its time has passed: it tells what was, not what is. */
  readonly stale: boolean;
  readonly name: string;
  /** How sure, and of how many. */
  readonly said: string;
  /** When. */
  readonly when: string;
  readonly confidence: number;
}

/** Pure; `nowMs` is the daemon's time. */
export function wordsOfMood(mood: MoodPayload | null, nowMs: number): MoodWords {
  if (!mood)
    return {
      look: 'unknown',
      stale: false,
      name: NAMES.unknown,
      said: 'nothing was seen yet',
      when: '',
      confidence: 0,
    };
  const look = lookOf(mood.mood);
  const stale = nowMs > Date.parse(mood.valid_until);
  const seen = ago(nowMs - Date.parse(mood.at));
  const name = NAMES[look];
  if (stale) return { look, stale, name: 'No news', said: `last: ${name.toLowerCase()}`, when: seen, confidence: 0 };
  const heldMs = nowMs - Date.parse(mood.since);
  const when = heldMs < JUST_NOW_MS ? 'just now' : `for ${lasting(heldMs)}`;
  if (look === 'nobody') return { look, stale, name, said: 'nobody can be seen', when, confidence: 0 };
  const { confidence, faces } = mood;
  const said =
    look === 'uncertain'
      ? `${people(faces)}, and no telling`
      : `${sureness(confidence)} (${percent(confidence)}), ${people(faces)}`;
  return { look, stale, name, said, when, confidence };
}

/** Of a camera, which may be off, or away. */
export function wordsOfCamera({ enabled, status, mood }: CameraState, nowMs: number): MoodWords {
  const none = { look: 'unknown', stale: false, confidence: 0, said: '', when: '' } as const;
  if (!enabled) return { ...none, name: 'Switched off' };
  if (status === 'offline')
    return { ...none, name: 'Gives no picture', ...(mood && { when: `last ${ago(nowMs - Date.parse(mood.at))}` }) };
  return wordsOfMood(mood, nowMs);
}
