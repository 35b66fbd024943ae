import { EMOTIONS, type Emotion } from '../../vision/emotion.ts';
import { type LabelledPicture, SIDE } from '../emotion/data-set.ts';
import { agreedPictures } from './agreed-pictures.ts';
import { type GreyPicture, normalise, UNMOVED } from './grey-picture.ts';
import { align, average, type Fitted } from './mean-face.ts';

const PICTURES_PER_EMOTION = 400;
/** With fewer in the mean, single persons could shine through. */
const FEWEST_PICTURES = 50;
/**
 * Fear with a closed and fear with an open mouth make a mean with a beard: only the half that fits the mean best counts,
 * which settles on the commonest way to show an emotion. An early classifier's mean score for what is meant rose from
 * .43 to .70 for anger, from .30 to .57 for disgust and from .75 to .94 for sadness; fear stayed at .1, and came to .54
 * only with a classifier trained for longer.
 */
const KEPT = 0.5;
/** After five the means change no more that one could see. */
const ROUNDS = 5;

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
  const pictures = new Map(EMOTIONS.map((emotion) => [emotion, normalised(training, emotion)]));
  const unmoved = pictures.get('neutral')!.map((picture) => ({ picture, placement: UNMOVED }));
  const common = average(unmoved, SIDE);
  return EMOTIONS.map((emotion) => {
    const all = pictures.get(emotion)!;
    let kept = align(all, common);
    for (let round = 0; round < ROUNDS; round++) kept = bestHalf(align(all, average(kept, SIDE)));
    if (kept.length < FEWEST_PICTURES) throw new Error(`${emotion}: only ${kept.length} pictures for its mean`);
    return { emotion, mean: average(kept, side), pictures: kept.length };
  });
}

function normalised(training: readonly LabelledPicture[], emotion: Emotion): GreyPicture[] {
  const agreed = agreedPictures(training, emotion, PICTURES_PER_EMOTION);
  return agreed.flatMap((picture) => normalise(picture.pixels, SIDE) ?? []);
}

function bestHalf(fitted: readonly Fitted[]): Fitted[] {
  return [...fitted].sort((a, b) => b.correlation - a.correlation).slice(0, Math.round(KEPT * fitted.length));
}
