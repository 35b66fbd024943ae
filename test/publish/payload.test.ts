import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Mood } from '../../src/mood/mood.ts';
import {
  availabilityPayload,
  facePayload,
  moodChangedPayload,
  moodPayload,
  parseSwitch,
  switchPayload,
} from '../../src/publish/payload.ts';
import { EMOTIONS, type EmotionScores } from '../../src/vision/emotion.ts';

const NOON_MS = Date.UTC(2026, 0, 2, 12, 0, 0, 250);

const HAPPY: Mood = {
  mood: 'happy',
  confidence: 0.834567,
  valence: 0.61,
  arousal: 0.44,
  faces: 1,
  scores: { angry: 0.01, disgust: 0, fear: 0.02, happy: 0.834567, sad: 0.03, surprise: 0.04, neutral: 0.065433 },
  sinceMs: NOON_MS - 60_000,
  atMs: NOON_MS,
  validUntilMs: NOON_MS + 15_000,
};

const NOBODY: Mood = {
  ...HAPPY,
  mood: null,
  confidence: 0,
  valence: -0,
  arousal: 0,
  faces: 0,
  scores: { angry: 0, disgust: 0, fear: 0, happy: 0, sad: 0, surprise: 0, neutral: 0 },
};

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyScores = fc
  .tuple(share, share, share, share, share, share, share)
  .map((values) => Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, values[i]])) as unknown as EmotionScores);
const instant = fc.integer({ min: 0, max: Date.UTC(2200, 0) });
const anyMood: fc.Arbitrary<Mood> = fc.record({
  mood: fc.constantFrom(...EMOTIONS, 'uncertain' as const, null),
  confidence: share,
  valence: fc.double({ min: -1, max: 1, noNaN: true }),
  arousal: share,
  faces: fc.nat(20),
  scores: anyScores,
  sinceMs: instant,
  atMs: instant,
  validUntilMs: instant,
});

interface MoodJson {
  mood: string | null;
  confidence: number;
  valence: number;
  arousal: number;
  scores: Record<string, number>;
  since: string;
  at: string;
  valid_until: string;
}

describe('moodPayload', () => {
  test('is the JSON that everybody outside reads', () => {
    expect(moodPayload(HAPPY)).toBe(
      '{"mood":"happy","confidence":0.8346,"valence":0.61,"arousal":0.44,"faces":1,' +
        '"scores":{"angry":0.01,"disgust":0,"fear":0.02,"happy":0.8346,"sad":0.03,"surprise":0.04,"neutral":0.0654},' +
        '"since":"2026-01-02T11:59:00.250Z","at":"2026-01-02T12:00:00.250Z","valid_until":"2026-01-02T12:00:15.250Z"}',
    );
  });

  test('says null when nobody is visible, and no negative zero', () => {
    expect(JSON.parse(moodPayload(NOBODY))).toMatchObject({ mood: null, confidence: 0, faces: 0 });
    expect(moodPayload(NOBODY)).toContain('"valence":0,');
  });

  test('keeps every mood to four digits and to the millisecond', () => {
    fc.assert(
      fc.property(anyMood, (mood) => {
        const read = JSON.parse(moodPayload(mood)) as MoodJson;
        expect(read.mood).toBe(mood.mood);
        for (const key of ['confidence', 'valence', 'arousal'] as const) {
          expect(Math.abs(read[key] - mood[key])).toBeLessThanOrEqual(0.00005 + 1e-12);
        }
        expect(Object.keys(read.scores)).toEqual([...EMOTIONS]);
        expect(Date.parse(read.since)).toBe(mood.sinceMs);
        expect(Date.parse(read.at)).toBe(mood.atMs);
        expect(Date.parse(read.valid_until)).toBe(mood.validUntilMs);
        expect(moodPayload(mood)).not.toMatch(/-0[,}]|\d\.\d{5}/);
      }),
    );
  });
});

test('facePayload rounds the box to whole px and says when the face is gone', () => {
  const face = {
    track: 3,
    box: { x: -0.4, y: 20.5, width: 99.9, height: 101.2 },
    score: 0.98765,
    emotion: 'sad' as const,
    confidence: 0.5,
    scores: { ...NOBODY.scores, sad: 0.5, neutral: 0.5 },
    sharpness: 0.4,
  };
  expect(JSON.parse(facePayload(face, { atMs: NOON_MS, visible: false }))).toEqual({
    track: 3,
    visible: false,
    box: { x: 0, y: 21, width: 100, height: 101 },
    score: 0.9877,
    emotion: 'sad',
    confidence: 0.5,
    scores: { angry: 0, disgust: 0, fear: 0, happy: 0, sad: 0.5, surprise: 0, neutral: 0.5 },
    at: '2026-01-02T12:00:00.250Z',
  });
});

test.each([
  ['neutral', HAPPY, 'neutral', 'happy'],
  ['happy', NOBODY, 'happy', null],
  [null, HAPPY, null, 'happy'],
  ['uncertain', NOBODY, 'uncertain', null],
] as const)('moodChangedPayload from %s', (from, mood, expectedFrom, expectedTo) => {
  expect(JSON.parse(moodChangedPayload(from, mood))).toMatchObject({
    event_type: 'mood_changed',
    from: expectedFrom,
    to: expectedTo,
    at: '2026-01-02T12:00:00.250Z',
  });
});

test('availabilityPayload', () => {
  expect(availabilityPayload(true)).toBe('{"state":"online"}');
  expect(availabilityPayload(false)).toBe('{"state":"offline"}');
});

test.each([
  ['ON', true],
  ['OFF', false],
  ['on', true],
  [' Off\n', false],
  ['', undefined],
  ['1', undefined],
  ['true', undefined],
  ['ONOFF', undefined],
  ['{"state":"ON"}', undefined],
])('parseSwitch of "%s"', (payload, on) => {
  expect(parseSwitch(payload)).toBe(on);
});

test('a switch reads what it says', () => {
  expect(parseSwitch(switchPayload(true))).toBe(true);
  expect(parseSwitch(switchPayload(false))).toBe(false);
});
