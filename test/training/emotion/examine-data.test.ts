import { describe, expect, it } from 'vitest';
import { VOTE_COLUMNS, type LabelledPicture, type Split } from '../../../src/training/emotion/data-set.ts';
import { examineDataSet, samplePictures, VERDICTS } from '../../../src/training/emotion/examine-data.ts';
import { alignTable, countTable, examinationReport, findings } from '../../../src/training/emotion/examine-report.ts';
import { syntheticFaces } from './synthetic-faces.ts';

/** A picture whose pixels are known by one number. */
function picture(label: number, split: Split | undefined, look: number, winner?: string): LabelledPicture {
  const pixels = new Uint8Array(48 * 48).fill(9);
  pixels[0] = look;
  const votes =
    winner === undefined ? undefined : VOTE_COLUMNS.map((name) => (winner.split('+').includes(name) ? 5 : 0));
  return { pixels, label, split, source: `${look}`, ...(votes && { votes }) };
}

describe('examineDataSet', () => {
  it('counts classes by split', () => {
    const { total, splits, counts } = examineDataSet([
      picture(3, 'Training', 1),
      picture(3, 'PrivateTest', 2),
      picture(0, 'PrivateTest', 3),
    ]);
    expect({ total, splits, counts }).toEqual({
      total: 3,
      splits: ['Training', 'PrivateTest'],
      counts: [
        [0, 1],
        [0, 0],
        [0, 0],
        [1, 1],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    });
  });

  it('finds copies across and inside splits, and the relabelled among them', () => {
    const { overlaps, copies, blank } = examineDataSet([
      picture(0, 'Training', 1),
      picture(1, 'Training', 1),
      picture(2, 'Training', 2),
      picture(1, 'PublicTest', 1),
      picture(3, 'PublicTest', 2),
      picture(3, 'PublicTest', 9),
    ]);
    expect(overlaps).toEqual([{ first: 'Training', second: 'PublicTest', inFirst: 3, inSecond: 2, relabelled: 1 }]);
    expect(copies).toEqual([2, 0]);
    expect(blank).toBe(1);
  });

  it('calls a folder that is not divided by one name', () => {
    expect(examineDataSet([picture(0, undefined, 1)]).splits).toEqual(['all']);
  });

  it('counts what the voters chose, ties and other columns apart', () => {
    const { ferPlus } = examineDataSet([
      picture(3, 'Training', 1, 'happiness'),
      picture(3, 'Training', 2, 'neutral'),
      picture(0, 'Training', 3, 'contempt'),
      picture(0, 'Training', 4, 'anger+fear'),
      picture(0, 'Training', 5),
    ]);
    const verdict = (label: number, name: (typeof VERDICTS)[number]): number =>
      ferPlus!.verdicts[label]![VERDICTS.indexOf(name)]!;
    expect(ferPlus).toMatchObject({ pictures: 4, decided: 2, agreement: 0.5 });
    expect([verdict(3, 'happy'), verdict(3, 'neutral'), verdict(0, 'contempt'), verdict(0, 'tie')]).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('gives no votes where there are none', () => {
    expect(examineDataSet([picture(0, 'Training', 1)])).not.toHaveProperty('ferPlus');
  });
});

describe('samplePictures', () => {
  it('draws the wanted number of each emotion, the same for the same seed', () => {
    const pictures = syntheticFaces(70, 1);
    const drawn = samplePictures(pictures, 5, 3);
    expect(drawn.map((row) => row.map(({ label }) => label))).toEqual(
      Array.from({ length: 7 }, (_, label) => Array<number>(5).fill(label)),
    );
    expect(samplePictures(pictures, 5, 3)).toEqual(drawn);
    expect(samplePictures(pictures, 5, 4)).not.toEqual(drawn);
  });
});

describe('the report', () => {
  const pictures = [
    ...syntheticFaces(21, 1),
    ...syntheticFaces(7, 2, 'PublicTest'),
    ...syntheticFaces(14, 3, 'PrivateTest'),
  ];

  it('adds both halves of the test set, and totals', () => {
    const table = countTable(examineDataSet(pictures));
    expect(table[0]).toEqual(['class', 'Training', 'PublicTest', 'PrivateTest', 'both tests', 'total']);
    expect(table.at(-1)).toEqual(['all', 21, 7, 14, 21, 42]);
    expect(table[1]).toEqual(['angry', 3, 1, 2, 3, 6]);
    expect(alignTable(table).split('\n')[1]).toMatch(/^angry +3 +1 +2 +3 +6$/);
  });

  it('holds five pictures of each class and the findings, and needs nothing from elsewhere', async () => {
    const examination = examineDataSet(pictures);
    const html = await examinationReport('Set <1>', examination, samplePictures(pictures, 5, 1));
    expect(html.match(/data:image\/png;base64,/g)).toHaveLength(35);
    expect(html).toContain('Set &lt;1&gt;');
    expect(html).not.toMatch(/src="(?!data:)|href=/);
    expect(findings(examination).at(-1)).toContain('chose the label of 100.0 % of the 42 pictures');
  });
});
