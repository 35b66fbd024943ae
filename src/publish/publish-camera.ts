import {
  asyncScheduler,
  merge,
  type Observable,
  of,
  pairwise,
  type SchedulerLike,
  type Subscription,
  switchMap,
  tap,
} from 'rxjs';
import type { FaceChange, Mood } from '../mood/mood.ts';
import { untilStale } from '../mood/until-stale.ts';
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
  readonly faces$: Observable<FaceChange>;
  /** Whether frames come. */
  readonly available$: Observable<boolean>;
  /** Whether it is switched on; the present state first. */
  readonly enabled$: Observable<boolean>;
}

/** Publishes one camera's streams on its topics, until unsubscribed. A camera switched off has no mood any more. */
export function publishCamera(
  publisher: Publisher,
  topics: Topics,
  camera: CameraStreams,
  scheduler?: SchedulerLike,
): Subscription {
  const { name, moods$, faces$, available$, enabled$ } = camera;
  return merge(
    enabled$.pipe(
      tap((on) => {
        publisher.publishState({ topic: topics.enabledState(name), payload: switchPayload(on) });
      }),
    ),
    keepMood(publisher, topics.mood(name), { watched$: enabled$, moods$ }, scheduler),
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

/**
 * Makes the newest mood the state of its topic. The state is taken back when the mood is no longer valid, so that nothing
 * old is found where a broker knows no expiry, and while nobody watches.
 */
export function keepMood(
  publisher: Publisher,
  topic: string,
  { watched$, moods$ }: { readonly watched$: Observable<boolean>; readonly moods$: Observable<Mood> },
  scheduler: SchedulerLike = asyncScheduler,
): Observable<unknown> {
  return watched$.pipe(
    switchMap((on) => (on ? moods$.pipe(untilStale(scheduler)) : of(undefined))),
    tap((mood) => {
      if (mood === undefined) publisher.publishState({ topic, payload: REMOVE_RETAINED });
      else publishMood(publisher, topic, mood);
    }),
  );
}

/** Makes a mood the state of its topic for as long as it is valid. */
export function publishMood(publisher: Publisher, topic: string, mood: Mood): void {
  publisher.publishState({ topic, payload: moodPayload(mood), validUntilMs: mood.validUntilMs });
}
