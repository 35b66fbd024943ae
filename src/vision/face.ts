import type { Frame } from '../capture/frame.ts';

/** An upright rectangle in px of the frame it was found in; x and y are its upper left corner and may be negative. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A face as the detector found it, before anything is known about it. */
export interface DetectedFace {
  readonly box: Box;
  /** The detector's confidence, 0 to 1. */
  readonly score: number;
}

/** Finds the faces of a frame. */
export interface FaceDetector {
  /** Faces in order of falling score. Throws a `ModelError` when the engine fails. */
  detect(frame: Frame): Promise<readonly DetectedFace[]>;
  close(): Promise<void>;
}
