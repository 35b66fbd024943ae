import type { Frame } from '../capture/frame.ts';
import type { Box } from './face.ts';

/** The seven emotions, in the order of FER-2013's labels; every array of scores has this order. */
export const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

/** What one face shows in one frame. */
export type Emotion = (typeof EMOTIONS)[number];

/** Calibrated probabilities, one an emotion; they sum to one. */
export type EmotionScores = Readonly<Record<Emotion, number>>;

/** What a classifier makes of one face. */
export interface FaceReading {
  readonly scores: EmotionScores;
  /** How sharp the face is in what the network saw, by `sharpness`. */
  readonly sharpness: number;
}

/** Turns faces into emotions. */
export interface EmotionClassifier {
  /**
   * Reads each box's face, in the order of the boxes; zero boxes give an empty list.
   * Throws a `ModelError` when the engine fails.
   */
  classify(frame: Frame, boxes: readonly Box[]): Promise<readonly FaceReading[]>;
  close(): Promise<void>;
}
