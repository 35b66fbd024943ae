import { Random } from '../random.ts';
import { DataSetError, withoutLeaks, type LabelledPicture } from './data-set.ts';
import { loadDataSet } from './load-data-set.ts';

export interface TrainingData {
  readonly training: readonly LabelledPicture[];
  readonly selection: readonly LabelledPicture[];
  /** Training pictures left out because they are in a held-out split, too. */
  readonly leaks: number;
}

/** Share held back for selection where the data set has no split for it. */
const SELECTION_SHARE = 0.1;

/**
 * What trains and what selects. Where a data set is not divided, or has no PublicTest, a tenth of the training pictures,
 * chosen by the seed, is held back for selection. `limit` keeps the first training pictures only, for trials.
 */
export async function loadTrainingData(path: string, seed: number, limit = Infinity): Promise<TrainingData> {
  const pictures = await loadDataSet(path);
  const test = pictures.filter(({ split }) => split === 'PrivateTest');
  let selection = pictures.filter(({ split }) => split === 'PublicTest');
  let training = pictures.filter(({ split }) => split === 'Training' || split === undefined);
  if (selection.length === 0) {
    const shuffled = new Random(seed).shuffle([...training]);
    const held = Math.ceil(training.length * SELECTION_SHARE);
    selection = shuffled.slice(0, held);
    training = shuffled.slice(held);
  }
  const kept = withoutLeaks(training, [...selection, ...test]);
  if (kept.length === 0 || selection.length === 0)
    throw new DataSetError(`${path}: too few pictures to train on and to select by`);
  return { training: kept.slice(0, limit), selection, leaks: training.length - kept.length };
}
