import { PICTURE_PX, SIDE, type LabelledPicture, type Split } from '../../../src/training/emotion/data-set.ts';
import { Random } from '../../../src/training/random.ts';

/** Pictures that differ by class in where they are bright, with noise; votes agree with the label. */
export function syntheticFaces(count: number, seed: number, split: Split = 'Training'): LabelledPicture[] {
  const random = new Random(seed);
  const columns = [4, 5, 6, 1, 3, 2, 0];
  return Array.from({ length: count }, (_, i) => {
    const label = i % 7;
    const pixels = new Uint8Array(PICTURE_PX);
    for (let p = 0; p < PICTURE_PX; p++) {
      const bright = Math.floor((p / SIDE / SIDE) * 7) === label ? 120 : 0;
      pixels[p] = 40 + bright + random.integer(60);
    }
    const votes = Array.from({ length: 10 }, (_, column) => (column === columns[label] ? 9 : column === 9 ? 1 : 0));
    return { pixels, label, split, votes, source: `synthetic ${i}` };
  });
}
