import { EMOTIONS } from '../../vision/emotion.ts';
import { Random } from '../random.ts';
import { pixelKey, SPLITS, VOTE_COLUMNS, type LabelledPicture } from './data-set.ts';

/** Name of the only split of a folder that is not divided. */
export const UNDIVIDED = 'all';

/** What FER+'s voters chose: an emotion, one of its other columns, or nothing by a tie. */
export const VERDICTS = [...EMOTIONS, 'contempt', 'unknown', 'NF', 'tie'] as const;

export interface Overlap {
  readonly first: string;
  readonly second: string;
  /** Pictures of `first` that `second` holds too, and the other way round. */
  readonly inFirst: number;
  readonly inSecond: number;
  /** Those of `second` with another label than any of their copies in `first`. */
  readonly relabelled: number;
}

/** What is known about a data set before anything is trained on it. */
export interface Examination {
  readonly total: number;
  /** Splits that hold pictures, in the order of `SPLITS`. */
  readonly splits: readonly string[];
  /** [emotion][split]. */
  readonly counts: readonly (readonly number[])[];
  readonly overlaps: readonly Overlap[];
  /** Pictures that have a copy inside their own split, a split each. */
  readonly copies: readonly number[];
  /** Pictures of one single grey value. */
  readonly blank: number;
  /** What FER+'s voters chose; where votes are there. */
  readonly ferPlus?: {
    /** Pictures with votes, and those in which most voters saw one of the seven emotions. */
    readonly pictures: number;
    readonly decided: number;
    /** The share of the decided pictures whose label the voters chose. */
    readonly agreement: number;
    /** [label][verdict]. */
    readonly verdicts: readonly (readonly number[])[];
  };
}

/** Counts classes and splits, copies inside and across splits (equal in every pixel), and voters' disagreement. */
export function examineDataSet(pictures: readonly LabelledPicture[]): Examination {
  const splitOf = (picture: LabelledPicture): string => picture.split ?? UNDIVIDED;
  const splits = [...SPLITS, UNDIVIDED].filter((split) => pictures.some((picture) => splitOf(picture) === split));
  const members = splits.map((split) => pictures.filter((picture) => splitOf(picture) === split));
  const byPixels = members.map(labelsByPixels);
  const voted = pictures.filter(({ votes }) => votes !== undefined);
  return {
    total: pictures.length,
    splits,
    counts: EMOTIONS.map((_, label) => members.map((list) => list.filter((picture) => picture.label === label).length)),
    overlaps: splits.flatMap((first, i) =>
      splits.slice(i + 1).map((second, k) => ({ first, second, ...overlap(byPixels[i]!, byPixels[i + 1 + k]!) })),
    ),
    copies: byPixels.map((map) =>
      [...map.values()].reduce((sum, labels) => sum + (labels.length > 1 ? labels.length : 0), 0),
    ),
    blank: pictures.filter(({ pixels }) => pixels.every((value) => value === pixels[0])).length,
    ...(voted.length > 0 && { ferPlus: disagreement(voted) }),
  };
}

/** The labels of the pictures that share their pixels. */
function labelsByPixels(pictures: readonly LabelledPicture[]): Map<string, number[]> {
  const map = new Map<string, number[]>();
  for (const picture of pictures) {
    const key = pixelKey(picture);
    const labels = map.get(key);
    if (labels) labels.push(picture.label);
    else map.set(key, [picture.label]);
  }
  return map;
}

function overlap(
  first: ReadonlyMap<string, readonly number[]>,
  second: ReadonlyMap<string, readonly number[]>,
): Omit<Overlap, 'first' | 'second'> {
  let [inFirst, inSecond, relabelled] = [0, 0, 0];
  for (const [key, labels] of second) {
    const others = first.get(key);
    if (!others) continue;
    inFirst += others.length;
    inSecond += labels.length;
    relabelled += labels.filter((label) => !others.includes(label)).length;
  }
  return { inFirst, inSecond, relabelled };
}

function disagreement(voted: readonly LabelledPicture[]): NonNullable<Examination['ferPlus']> {
  const verdicts = EMOTIONS.map(() => VERDICTS.map(() => 0));
  for (const { label, votes } of voted) verdicts[label]![verdictOf(votes!)]!++;
  const agreed = verdicts.reduce((sum, row, label) => sum + row[label]!, 0);
  const decided = verdicts.flatMap((row) => row.slice(0, EMOTIONS.length)).reduce((a, b) => a + b, 0);
  return { pictures: voted.length, decided, agreement: agreed / Math.max(1, decided), verdicts };
}

/** FER+ calls the emotions by other names; an index into `VERDICTS`. */
const VERDICT_OF_COLUMN: Readonly<Record<(typeof VOTE_COLUMNS)[number], (typeof VERDICTS)[number]>> = {
  neutral: 'neutral',
  happiness: 'happy',
  surprise: 'surprise',
  sadness: 'sad',
  anger: 'angry',
  disgust: 'disgust',
  fear: 'fear',
  contempt: 'contempt',
  unknown: 'unknown',
  NF: 'NF',
};

function verdictOf(votes: readonly number[]): number {
  const most = Math.max(...votes);
  const winners = VOTE_COLUMNS.filter((_, column) => votes[column] === most);
  return VERDICTS.indexOf(winners.length === 1 ? VERDICT_OF_COLUMN[winners[0]!] : 'tie');
}

/** Some pictures of each emotion, drawn by the seed; [emotion][sample]. */
export function samplePictures(pictures: readonly LabelledPicture[], each: number, seed: number): LabelledPicture[][] {
  const random = new Random(seed);
  return EMOTIONS.map((_, label) =>
    random.shuffle(pictures.filter((picture) => picture.label === label)).slice(0, each),
  );
}
