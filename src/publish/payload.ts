import type { Mood, MoodName } from '../mood/mood.ts';
import { EMOTIONS, type EmotionScores } from '../vision/emotion.ts';
import type { ObservedFace } from '../vision/observation.ts';

/** Payload that removes a retained message from the broker (MQTT 3.1.1 and 5, §3.3.1.3). */
export const REMOVE_RETAINED = '';

/** A mood as JSON; numbers to four digits, times as ISO 8601 in UTC. */
export function moodPayload(mood: Mood): string {
  return JSON.stringify({
    mood: mood.mood,
    confidence: rounded(mood.confidence),
    valence: rounded(mood.valence),
    arousal: rounded(mood.arousal),
    faces: mood.faces,
    scores: roundedScores(mood.scores),
    since: isoTime(mood.sinceMs),
    at: isoTime(mood.atMs),
    valid_until: isoTime(mood.validUntilMs),
  });
}

/** A face that changed; `visible` is false once, when it is gone. The box is in whole px of the camera's picture. */
export function facePayload(face: ObservedFace, { atMs, visible }: { atMs: number; visible: boolean }): string {
  const { x, y, width, height } = face.box;
  return JSON.stringify({
    track: face.track,
    visible,
    box: { x: whole(x), y: whole(y), width: whole(width), height: whole(height) },
    score: rounded(face.score),
    emotion: face.emotion,
    confidence: rounded(face.confidence),
    scores: roundedScores(face.scores),
    at: isoTime(atMs),
  });
}

/** The event of one mood taking over from another; `event_type` is the key that Home Assistant's events need. */
export function moodChangedPayload(from: MoodName, mood: Mood): string {
  return JSON.stringify({
    event_type: 'mood_changed',
    from,
    to: mood.mood,
    confidence: rounded(mood.confidence),
    valence: rounded(mood.valence),
    arousal: rounded(mood.arousal),
    faces: mood.faces,
    at: isoTime(mood.atMs),
  });
}

/** Whether the daemon, or a camera, is there. */
export function availabilityPayload(online: boolean): string {
  return JSON.stringify({ state: online ? 'online' : 'offline' });
}

/** State of a switch. */
export function switchPayload(on: boolean): string {
  return on ? 'ON' : 'OFF';
}

/** What a switch was told, or undefined when it is neither on nor off; upper and lower case both count. */
export function parseSwitch(payload: string): boolean | undefined {
  const word = payload.trim().toUpperCase();
  return word === 'ON' ? true : word === 'OFF' ? false : undefined;
}

function roundedScores(scores: EmotionScores): Record<string, number> {
  return Object.fromEntries(EMOTIONS.map((emotion) => [emotion, rounded(scores[emotion])]));
}

/** Four digits; nobody can see more in a mood, and a message stays short. Adding zero turns −0 into 0. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4 + 0;
}

function whole(px: number): number {
  return Math.round(px) + 0;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
