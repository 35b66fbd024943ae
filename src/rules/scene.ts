import type { Mood } from '../mood/mood.ts';
import type { LocalClock } from './local-clock.ts';
import type { PlaceState } from './places.ts';
import type { MqttMessage, Place } from './rule.ts';

/** A place before and after this input, each undefined while nothing fresh is known. */
export interface PlaceStep {
  readonly before: PlaceState | undefined;
  readonly after: PlaceState | undefined;
  /** Whether `after` holds a mood that has just come. */
  readonly news: boolean;
}

/** The last message of a topic. */
export interface TopicState {
  readonly payload: string;
  readonly atMs: number;
}

/** What all rules see of one step. */
export interface Scene {
  readonly nowMs: number;
  readonly clock: LocalClock;
  place(of: Place): PlaceStep;
  /** The newest mood, even when it is stale by now. */
  lastMood(of: Place): Mood | undefined;
  /** The last message of a topic, this input included. */
  topic(topic: string): TopicState | undefined;
  /** The message that has just come. */
  readonly message: MqttMessage | undefined;
  /**
   * Soon after a restart, until this time: what waited before it goes on waiting for the first mood, and takes neither
   * the silence nor the first moods of a camera that finds its way for an end. 0 without a restart.
   */
  readonly bridgeUntilMs: number;
  /** Whether conditions on messages hold that nobody has heard: in a rehearsal, whose recording has none. */
  readonly assumeMessages: boolean;
}
