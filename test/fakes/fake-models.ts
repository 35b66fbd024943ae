import type { Frame } from '../../src/capture/frame.ts';
import type { EmotionClassifier, EmotionScores, FaceReading } from '../../src/vision/emotion.ts';
import type { Box, DetectedFace, FaceDetector } from '../../src/vision/face.ts';

/** Finds what it is told to, frame by frame. */
export class FakeFaceDetector implements FaceDetector {
  readonly #find: (frame: Frame) => readonly DetectedFace[];
  closed = false;

  constructor(find: (frame: Frame) => readonly DetectedFace[]) {
    this.#find = find;
  }

  detect(frame: Frame): Promise<readonly DetectedFace[]> {
    return new Promise((resolve) => {
      resolve(this.#find(frame));
    });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Answers as it is told to, and remembers what it was asked. */
export class FakeEmotionClassifier implements EmotionClassifier {
  readonly asked: (readonly Box[])[] = [];
  readonly #scores: (frame: Frame, box: Box) => EmotionScores;
  closed = false;

  constructor(scores: (frame: Frame, box: Box) => EmotionScores) {
    this.#scores = scores;
  }

  classify(frame: Frame, boxes: readonly Box[]): Promise<readonly FaceReading[]> {
    this.asked.push(boxes);
    return Promise.resolve(boxes.map((box) => ({ scores: this.#scores(frame, box), sharpness: 1 })));
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
