import { EMOTIONS, type Emotion } from '../../vision/emotion.ts';
import type { LabelledPicture } from '../emotion/data-set.ts';
import { SIDE } from '../emotion/data-set.ts';
import { agreedPictures } from './agreed-pictures.ts';
import { type GreyPicture, normalise, UNMOVED } from './grey-picture.ts';
import { align, average } from './mean-face.ts';

/** Fewer would make single persons guessable in the mean. */
const PICTURES_PER_EMOTION = 400;
const FEWEST_PICTURES = 30;
/** Gradients in the face grow by 43 % in the first round, 6 % and 2 % in the next two, then no more. */
const ROUNDS = 3;

export interface EmotionMean {
  readonly emotion: Emotion;
  readonly mean: GreyPicture;
  readonly pictures: number;
}

/**
 * The mean face of each emotion at `side` × `side` px, from the training pictures that the voters agree on most: nobody's
 * face, as every one of the averaged weighs little. First all are aligned to the neutral mean, so that the eyes of all
 * means lie at one place and one face can turn into another; then each emotion's to its own mean, which sharpens it.
 * Throws an `Error` when an emotion has too few pictures.
 */
export function emotionMeans(training: readonly LabelledPicture[], side: number): EmotionMean[] {
  const sets = EMOTIONS.map((emotion) => {
    const agreed = agreedPictures(training, emotion, PICTURES_PER_EMOTION);
    const pictures = agreed.flatMap((picture) => normalise(picture.pixels, SIDE) ?? []);
    if (pictures.length < FEWEST_PICTURES)
      throw new Error(`${emotion}: only ${pictures.length} pictures with votes for it`);
    return { emotion, pictures };
  });
  const { pictures: neutral } = sets[EMOTIONS.indexOf('neutral')]!;
  const common = average(
    neutral,
    neutral.map(() => UNMOVED),
    SIDE,
  );
  return sets.map(({ emotion, pictures }) => {
    let placements = align(pictures, common);
    for (let round = 1; round < ROUNDS; round++) placements = align(pictures, average(pictures, placements, SIDE));
    return { emotion, mean: average(pictures, placements, side), pictures: pictures.length };
  });
}
