import type { MoodName } from '../mood/mood.ts';
import type { EmotionScores } from '../vision/emotion.ts';

/** A mood, word for word as it is published over MQTT. */
export interface MoodPayload {
  readonly mood: MoodName;
  readonly confidence: number;
  readonly valence: number;
  readonly arousal: number;
  readonly faces: number;
  readonly scores: EmotionScores;
  /** ISO 8601, UTC, as the other times. */
  readonly since: string;
  readonly at: string;
  readonly valid_until: string;
}

export interface CameraState {
  readonly name: string;
  readonly room: string | null;
  readonly enabled: boolean;
  readonly status: 'online' | 'offline' | 'off';
  /** Why it is offline, in words. */
  readonly problem?: string;
  /** Frames a second, over the last minute or less. */
  readonly fps: number;
  /** Null before the first one, and while it is switched off. */
  readonly mood: MoodPayload | null;
  /** Whether a live view of it is on, somewhere. */
  readonly watched: boolean;
}

export interface RoomState {
  readonly name: string;
  readonly mood: MoodPayload | null;
}

export interface BrokerState {
  readonly connected: boolean;
  readonly problem?: string;
}

export interface PrivacyState {
  readonly frames: 'none' | 'live';
  /** Whether a live view can be switched on. */
  readonly liveView: boolean;
  /** How many watch a camera now, on whatever page. */
  readonly watchers: number;
}

export interface RulesState {
  /** How many are in force. */
  readonly loaded: number;
  /** As `file:line:column: message`. */
  readonly faults: readonly string[];
}

/** `GET /api/state`, and the event `state`. */
export interface HomeState {
  readonly version: string;
  readonly startedAt: string;
  readonly home: MoodPayload | null;
  readonly rooms: readonly RoomState[];
  readonly cameras: readonly CameraState[];
  readonly broker: BrokerState;
  readonly privacy: PrivacyState;
  readonly rules: RulesState;
}

/** A rule that fired, or would have but for `dry_run`. */
export interface RuleFiring {
  readonly id: string;
  readonly alias: string | null;
  readonly at: string;
  readonly outcome: 'fired' | 'dry_run';
  /** A sentence for people. */
  readonly reason: string;
}

/** What `GET /api/events` tells after the first `state`. */
export type HomeEvent =
  | { readonly event: 'camera'; readonly data: CameraState }
  | { readonly event: 'home'; readonly data: MoodPayload | null }
  | { readonly event: 'room'; readonly data: RoomState }
  | { readonly event: 'broker'; readonly data: BrokerState }
  | { readonly event: 'privacy'; readonly data: PrivacyState }
  | { readonly event: 'rules'; readonly data: RulesState }
  | { readonly event: 'rule'; readonly data: RuleFiring };
