import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixScores, NO_SCORES } from '../../src/mood/scores.ts';
import { valenceAndArousal } from '../../src/mood/valence-arousal.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { scoresOf } from './observations.ts';

describe('valenceAndArousal', () => {
  it.each([
    ['happy', 1, 1],
    ['surprise', 1, 1],
    ['angry', -1, 1],
    ['fear', -1, 1],
    ['disgust', -1, 1],
    ['sad', -1, 0],
    ['neutral', 0, 0],
  ] as const)('%s has valence of sign %i and arousal of sign %i', (emotion, valence, arousal) => {
    const out = valenceAndArousal(scoresOf(emotion));
    expect([Math.sign(out.valence), Math.sign(out.arousal)]).toEqual([valence, arousal]);
  });

  it('is zero for nobody', () => {
    expect(valenceAndArousal(NO_SCORES)).toEqual({ valence: 0, arousal: 0 });
  });

  it('moves steadily between two emotions', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EMOTIONS),
        fc.constantFrom(...EMOTIONS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b, weight) => {
          const [from, to, between] = [scoresOf(a), scoresOf(b), mixScores(scoresOf(a), scoresOf(b), weight)].map(
            (s) => valenceAndArousal(s).valence,
          );
          expect(between).toBeGreaterThanOrEqual(Math.min(from!, to!) - 1e-12);
          expect(between).toBeLessThanOrEqual(Math.max(from!, to!) + 1e-12);
        },
      ),
    );
  });
});
