import { merge, type Observable, pairwise, type Subscription, tap } from 'rxjs';
import type { FaceChange, Mood } from '../mood/mood.ts';
import {
  availabilityPayload,
  facePayload,
  moodChangedPayload,
  moodPayload,
  REMOVE_RETAINED,
  switchPayload,
} from './payload.ts';
import type { Publisher } from './publisher.ts';
import type { Topics } from './topics.ts';

/** What the world hears of one camera. */
export interface CameraStreams {
  readonly name: string;
  /** Moods worth reporting. */
  readonly moods$: Observable<Mood>;
  /** The newest of them; undefined once it is stale, and while the camera is switched off. */
  readonly known$: Observable<Mood | undefined>;
  readonly faces$: Observable<FaceChange>;
  /** Whether frames come. */
  readonly available$: Observable<boolean>;
  /** Whether it is switched on; the present state first. */
  readonly enabled$: Observable<boolean>;
}

/** Publishes one camera's streams on its topics, until unsubscribed. */
export function publishCamera(publisher: Publisher, topics: Topics, camera: CameraStreams): Subscription {
  const { name, known$, moods$, faces$, available$, enabled$ } = camera;
  return merge(
    enabled$.pipe(
      tap((on) => {
        publisher.publishState({ topic: topics.enabledState(name), payload: switchPayload(on) });
      }),
    ),
    known$.pipe(
      tap((mood) => {
        publishMood(publisher, topics.mood(name), mood);
      }),
    ),
    available$.pipe(
      tap((available) => {
        publisher.publishState({
          topic: topics.availability(name),
          payload: availabilityPayload(available),
          payloadAtStop: availabilityPayload(false),
        });
      }),
    ),
    moods$.pipe(
      pairwise(),
      tap(([before, mood]) => {
        if (before.mood === mood.mood) return;
        publisher.send({ topic: topics.event(name), payload: moodChangedPayload(before.mood, mood) });
      }),
    ),
    faces$.pipe(
      tap(({ face, atMs, visible }) => {
        publisher.send({ topic: topics.face(name, face.track), payload: facePayload(face, { atMs, visible }) });
      }),
    ),
  ).subscribe();
}

/** Makes a mood the state of its topic for as long as it is valid; without one the topic is emptied. */
export function publishMood(publisher: Publisher, topic: string, mood: Mood | undefined): void {
  if (mood === undefined) publisher.publishState({ topic, payload: REMOVE_RETAINED });
  else publisher.publishState({ topic, payload: moodPayload(mood), validUntilMs: mood.validUntilMs });
}
