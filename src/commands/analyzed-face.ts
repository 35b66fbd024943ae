import type { Emotion, EmotionScores } from '../vision/emotion.ts';
import type { DetectedFace } from '../vision/face.ts';

/** A face of a picture and what it shows. */
export interface AnalyzedFace extends DetectedFace {
  readonly emotion: Emotion;
  readonly confidence: number;
  readonly scores: EmotionScores;
}
