import { EMOTIONS, type EmotionScores } from '../vision/emotion.ts';

/**
 * Pleasure and arousal of the emotion words that name our seven, from the ratings of J. A. Russell and A. Mehrabian,
 * "Evidence for a three-factor theory of emotions", Journal of Research in Personality 11 (1977): angry, disgusted,
 * fearful, happy, sad, surprised; neutral is the origin of that space.
 */
export const COORDINATES: Readonly<Record<(typeof EMOTIONS)[number], { valence: number; arousal: number }>> = {
  angry: { valence: -0.51, arousal: 0.59 },
  disgust: { valence: -0.6, arousal: 0.35 },
  fear: { valence: -0.64, arousal: 0.6 },
  happy: { valence: 0.81, arousal: 0.51 },
  sad: { valence: -0.63, arousal: -0.27 },
  surprise: { valence: 0.4, arousal: 0.67 },
  neutral: { valence: 0, arousal: 0 },
};

/** The expected valence, −1 to 1, and arousal, 0 (at rest or below) to 1, of a distribution over the emotions. */
export function valenceAndArousal(scores: EmotionScores): { valence: number; arousal: number } {
  let valence = 0;
  let arousal = 0;
  for (const emotion of EMOTIONS) {
    valence += scores[emotion] * COORDINATES[emotion].valence;
    arousal += scores[emotion] * COORDINATES[emotion].arousal;
  }
  return { valence: Math.max(-1, Math.min(1, valence)), arousal: Math.max(0, Math.min(1, arousal)) };
}
