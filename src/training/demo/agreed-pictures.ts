import { EMOTIONS, type Emotion } from '../../vision/emotion.ts';
import type { LabelledPicture } from '../emotion/data-set.ts';
import { emotionVotes, majority } from '../emotion/targets.ts';

/** Less than this share of ten voters is no agreement; disgust reaches it in 107 pictures only. */
const CLEAR_MAJORITY = 0.4;

/** The pictures whose emotion FER+'s voters agree on most, best first; at most `count`, all with such a plurality. */
export function agreedPictures(
  pictures: readonly LabelledPicture[],
  emotion: Emotion,
  count: number,
): LabelledPicture[] {
  const wanted = EMOTIONS.indexOf(emotion);
  return pictures
    .flatMap((picture) => {
      const { votes } = picture;
      if (votes === undefined || majority(votes) !== wanted) return [];
      const share = emotionVotes(votes)[wanted]! / votes.reduce((a, b) => a + b, 0);
      return share > CLEAR_MAJORITY ? [{ picture, share }] : [];
    })
    .sort((a, b) => b.share - a.share)
    .slice(0, count)
    .map(({ picture }) => picture);
}
