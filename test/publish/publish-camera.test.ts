import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { FaceChange, Mood } from '../../src/mood/mood.ts';
import { publishCamera, publishMood } from '../../src/publish/publish-camera.ts';
import { createTopics } from '../../src/publish/topics.ts';
import { FakePublisher } from '../fakes/fake-publisher.ts';

const topics = createTopics('home/emotion');
const SCORES = { angry: 0, disgust: 0, fear: 0, happy: 0.9, sad: 0, surprise: 0, neutral: 0.1 };

function mood(name: Mood['mood'], atMs = 0): Mood {
  const times = { sinceMs: 0, atMs, validUntilMs: atMs + 15_000 };
  return { mood: name, confidence: 0.9, valence: 0.5, arousal: 0.4, faces: 1, scores: SCORES, ...times };
}

function running() {
  const publisher = new FakePublisher();
  publisher.start();
  const streams = {
    moods$: new Subject<Mood>(),
    known$: new Subject<Mood | undefined>(),
    faces$: new Subject<FaceChange>(),
    available$: new Subject<boolean>(),
    enabled$: new Subject<boolean>(),
  };
  const subscription = publishCamera(publisher, topics, { name: 'living', ...streams });
  return { publisher, subscription, ...streams };
}

test('a mood is the state of its camera for as long as it is valid', () => {
  const { publisher, known$ } = running();
  known$.next(mood('happy', 1000));
  const state = publisher.states.get('home/emotion/living')!;
  expect(JSON.parse(state.payload)).toMatchObject({ mood: 'happy', valid_until: '1970-01-01T00:00:16.000Z' });
  expect(state.validUntilMs).toBe(16_000);
});

test('one mood taking over from another is an event, the first one and a repeated one are not', () => {
  const { publisher, moods$ } = running();
  for (const name of ['neutral', 'neutral', 'happy', null, null, 'uncertain'] as const) moods$.next(mood(name));
  const events = publisher.events.map(
    ({ topic, payload }) => [topic, JSON.parse(payload) as Record<string, unknown>] as const,
  );
  expect(events.map(([topic, { event_type, from, to }]) => [topic, event_type, from, to])).toEqual([
    ['home/emotion/living/event', 'mood_changed', 'neutral', 'happy'],
    ['home/emotion/living/event', 'mood_changed', 'happy', null],
    ['home/emotion/living/event', 'mood_changed', null, 'uncertain'],
  ]);
  expect(publisher.events.every(({ retain }) => retain !== true)).toBe(true);
});

test('a face has a topic of its own, not retained', () => {
  const { publisher, faces$ } = running();
  const box = { x: 1, y: 2, width: 3, height: 4 };
  const face = { box, score: 1, track: 7, emotion: 'happy', confidence: 0.9, scores: SCORES, sharpness: 1 } as const;
  faces$.next({ camera: 'living', atMs: 0, face, visible: true });
  expect(publisher.events.map(({ topic }) => topic)).toEqual(['home/emotion/living/face/7']);
  expect(publisher.states.size).toBe(0);
});

test('availability says offline by itself when the daemon stops', async () => {
  const { publisher, available$ } = running();
  available$.next(true);
  expect(publisher.states.get('home/emotion/living/availability')!.payload).toBe('{"state":"online"}');
  await publisher.stop();
  expect(publisher.states.get('home/emotion/living/availability')!.payload).toBe('{"state":"offline"}');
});

test('a mood of which nothing is known any more is taken back, and the next one is told', () => {
  const { publisher, enabled$, known$ } = running();
  known$.next(mood('happy'));
  enabled$.next(false);
  known$.next(undefined);
  expect(publisher.states.get('home/emotion/living/enabled/state')!.payload).toBe('OFF');
  expect(publisher.states.get('home/emotion/living')!.payload).toBe('');
  known$.next(mood('sad', 20_000));
  expect(JSON.parse(publisher.states.get('home/emotion/living')!.payload)).toMatchObject({ mood: 'sad' });
});

test('ends with its subscription', () => {
  const { publisher, subscription, moods$ } = running();
  subscription.unsubscribe();
  moods$.next(mood('happy'));
  expect(publisher.log).toEqual([]);
});

test('publishMood serves the mood of the home too', () => {
  const publisher = new FakePublisher();
  publishMood(publisher, topics.home, mood(null));
  expect(JSON.parse(publisher.states.get('home/emotion')!.payload)).toMatchObject({ mood: null });
});
