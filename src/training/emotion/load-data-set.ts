import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataSetError, SPLITS, type LabelledPicture, type Split } from './data-set.ts';
import { loadCsv } from './fer-csv.ts';
import { loadFolders } from './picture-folders.ts';

/**
 * Reads labelled faces from `fer2013.csv` (with `fer2013new.csv` beside it for the votes) or a folder that holds it,
 * from `train|test/<class>/*`, or from `<class>/*`. `only` leaves out the other splits of a CSV, which saves seconds.
 */
export async function loadDataSet(path: string, only: readonly Split[] = SPLITS): Promise<LabelledPicture[]> {
  if (!existsSync(path)) throw new DataSetError(`${path}: no such file or folder`);
  if (!statSync(path).isDirectory()) return await loadCsv(path, only);
  const csv = join(path, 'fer2013.csv');
  return existsSync(csv) ? await loadCsv(csv, only) : await loadFolders(path, only);
}
