import type { Frame } from '../capture/frame.ts';
import { EMOTIONS, type Emotion, type EmotionClassifier, type EmotionScores } from './emotion.ts';
import type { FaceDetector } from './face.ts';
import { outsideZones, type Zone } from './ignore-zones.ts';
import type { Observation } from './observation.ts';
import { NO_TRACKS, trackFaces, type TrackingOptions } from './track-faces.ts';

/** The emotion with the highest score; of equals, the first in the order of `EMOTIONS`. */
export function strongestEmotion(scores: EmotionScores): Emotion {
  return EMOTIONS.reduce((best, emotion) => (scores[emotion] > scores[best] ? emotion : best));
}

export interface ObserverOptions {
  readonly tracking?: TrackingOptions;
  /** Faces there are nobody's. */
  readonly ignoreZones?: readonly Zone[];
}

/**
 * The vision stage of one camera: detect, track, classify. The returned function remembers the tracks between frames,
 * so it is called frame by frame, never twice at once; it rejects with what the models throw.
 */
export function createObserver(
  detector: FaceDetector,
  classifier: EmotionClassifier,
  { tracking, ignoreZones = [] }: ObserverOptions = {},
): (frame: Frame) => Promise<Observation> {
  let tracks = NO_TRACKS;
  return async (frame) => {
    const detected = await detector.detect(frame);
    const tracked = trackFaces(tracks, outsideZones(detected, ignoreZones, frame), frame.atMs, tracking);
    tracks = tracked.state;
    const readings = await classifier.classify(
      frame,
      tracked.faces.map((face) => face.box),
    );
    const faces = tracked.faces.map((face, i) => {
      const { scores, sharpness } = readings[i]!;
      const emotion = strongestEmotion(scores);
      return { ...face, emotion, confidence: scores[emotion], scores, sharpness };
    });
    const { camera, index, atMs, width, height } = frame;
    return { camera, frame: index, atMs, width, height, faces };
  };
}
