import { intersectionOverUnion } from './box-geometry.ts';
import type { Box, DetectedFace } from './face.ts';

export interface TrackingOptions {
  /** A detection continues a track when it overlaps the predicted box at least this much. */
  readonly minIou: number;
  /** A track counts from this many detections on; one-frame false alarms never do. */
  readonly birthHits: number;
  /** A track dies when it was not seen for this long; shorter gaps are blinks of the detector. */
  readonly deathMs: number;
}

/** SORT's overlap (Bewley et al. 2016); hits and death are for some 5 frames a second. */
export const TRACKING_DEFAULTS: TrackingOptions = { minIou: 0.3, birthHits: 2, deathMs: 1500 };

export interface TrackedFace extends DetectedFace {
  readonly track: number;
}

interface Track {
  readonly id: number;
  readonly box: Box;
  /** Of the centre, in px per ms. */
  readonly velocity: { readonly x: number; readonly y: number };
  readonly hits: number;
  readonly seenMs: number;
}

/** The tracks alive; opaque to callers. */
export interface TrackingState {
  readonly tracks: readonly Track[];
  readonly nextId: number;
}

export const NO_TRACKS: TrackingState = { tracks: [], nextId: 1 };

/**
 * One step of a SORT-like tracker: boxes predicted by constant velocity, matched to detections greedily in order of
 * overlap. Returns the faces of this frame whose track is established, each with its track's number; pure.
 */
export function trackFaces(
  state: TrackingState,
  faces: readonly DetectedFace[],
  atMs: number,
  options: TrackingOptions = TRACKING_DEFAULTS,
): { readonly state: TrackingState; readonly faces: readonly TrackedFace[] } {
  const alive = state.tracks.filter((track) => atMs - track.seenMs <= options.deathMs);
  const matches = match(alive, faces, atMs, options.minIou);
  let nextId = state.nextId;
  const tracked: TrackedFace[] = [];
  const seen = faces.map((face, i): Track => {
    const before = matches.get(i);
    const track = before ? continueTrack(before, face.box, atMs) : startTrack(nextId++, face.box, atMs);
    if (track.hits >= options.birthHits) tracked.push({ box: face.box, score: face.score, track: track.id });
    return track;
  });
  const continued = new Set([...matches.values()].map((track) => track.id));
  const unseen = alive.filter((track) => !continued.has(track.id) && track.hits >= options.birthHits);
  return { state: { tracks: [...seen, ...unseen], nextId }, faces: tracked };
}

function match(
  tracks: readonly Track[],
  faces: readonly DetectedFace[],
  atMs: number,
  minIou: number,
): Map<number, Track> {
  const pairs = tracks.flatMap((track) => {
    const expected = predict(track, atMs);
    return faces
      .map((face, i) => ({
        track,
        i,
        iou: Math.max(intersectionOverUnion(expected, face.box), intersectionOverUnion(track.box, face.box)),
      }))
      .filter((pair) => pair.iou >= minIou);
  });
  pairs.sort((a, b) => b.iou - a.iou);
  const taken = new Set<number>();
  const matches = new Map<number, Track>();
  for (const { track, i } of pairs) {
    if (taken.has(track.id) || matches.has(i)) continue;
    taken.add(track.id);
    matches.set(i, track);
  }
  return matches;
}

function predict(track: Track, atMs: number): Box {
  const elapsedMs = atMs - track.seenMs;
  return { ...track.box, x: track.box.x + track.velocity.x * elapsedMs, y: track.box.y + track.velocity.y * elapsedMs };
}

function startTrack(id: number, box: Box, atMs: number): Track {
  return { id, box, velocity: { x: 0, y: 0 }, hits: 1, seenMs: atMs };
}

/** Half of the new velocity and half of the old one: a detector's boxes tremble. */
function continueTrack(track: Track, box: Box, atMs: number): Track {
  const elapsedMs = Math.max(1, atMs - track.seenMs);
  const x = (box.x + box.width / 2 - track.box.x - track.box.width / 2) / elapsedMs;
  const y = (box.y + box.height / 2 - track.box.y - track.box.height / 2) / elapsedMs;
  return {
    id: track.id,
    box,
    velocity: { x: (track.velocity.x + x) / 2, y: (track.velocity.y + y) / 2 },
    hits: track.hits + 1,
    seenMs: atMs,
  };
}
