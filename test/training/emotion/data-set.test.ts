import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PICTURE_PX, VOTE_COLUMNS, withoutLeaks } from '../../../src/training/emotion/data-set.ts';
import { loadDataSet } from '../../../src/training/emotion/load-data-set.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-data-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const HEADER = 'emotion,pixels,Usage';
const VOTES_HEADER = `Usage,Image name,${VOTE_COLUMNS.join(',')}`;

/** A row of pixels `first`, then 7s. */
function row(label: number | string, usage: string, first = 1): string {
  return `${label},${[first, ...Array<number>(PICTURE_PX - 1).fill(7)].join(' ')},${usage}`;
}

async function csv(...rows: string[]): Promise<string> {
  await writeFile(join(folder, 'fer2013.csv'), rows.join('\n') + '\n');
  return folder;
}

async function votes(...rows: string[]): Promise<void> {
  await writeFile(join(folder, 'fer2013new.csv'), [VOTES_HEADER, ...rows].join('\n'));
}

describe('loadDataSet on fer2013.csv', () => {
  it('reads labels, pixels, splits and the votes of the same row', async () => {
    await votes('Training,a.png,4,0,0,1,3,2,0,0,0,0', 'PublicTest,b.png,0,10,0,0,0,0,0,0,0,0');
    const pictures = await loadDataSet(await csv(HEADER, row(0, 'Training', 255), row(3, 'PublicTest', 0)));
    expect(pictures.map(({ label, split, source }) => ({ label, split, source }))).toEqual([
      { label: 0, split: 'Training', source: 'row 0' },
      { label: 3, split: 'PublicTest', source: 'row 1' },
    ]);
    expect([...pictures[0]!.pixels.subarray(0, 2)]).toEqual([255, 7]);
    expect(pictures[0]!.votes).toEqual([4, 0, 0, 1, 3, 2, 0, 0, 0, 0]);
    expect(await loadDataSet(join(folder, 'fer2013.csv'), ['PublicTest'])).toHaveLength(1);
  });

  it('has no votes where there is no file of votes', async () => {
    const [picture] = await loadDataSet(await csv(HEADER, row(0, 'Training')));
    expect(picture).not.toHaveProperty('votes');
  });

  it.each([
    ['another header', ['a,b,c', row(0, 'Training')], /fer2013\.csv:1: expected the header/],
    ['a label beyond 6', [HEADER, row(0, 'Training'), row(7, 'Training')], /csv:3: emotion must be 0 to 6, found "7"/],
    ['another usage', [HEADER, row(0, 'Test')], /csv:2: Usage must be Training, PublicTest, PrivateTest, found "Test"/],
    ['a bright pixel', [HEADER, row(0, 'Training', 256)], /csv:2: pixel 0 is 256/],
    ['pixels missing', [HEADER, '0,1 2 3,Training'], /csv:2: 3 pixels instead of 48 × 48/],
    ['no pictures', [HEADER], /holds no pictures/],
  ])('says where there is %s', async (_, rows, message) => {
    await expect(loadDataSet(await csv(...rows))).rejects.toThrow(message);
  });

  it('says when the votes do not match row by row', async () => {
    await votes('PublicTest,a.png,4,0,0,1,3,2,0,0,0,0');
    await expect(loadDataSet(await csv(HEADER, row(0, 'Training')))).rejects.toThrow(
      /fer2013new\.csv:2: Usage is "PublicTest", but "Training"/,
    );
    await expect(loadDataSet(await csv(HEADER, row(0, 'PublicTest'), row(0, 'PublicTest')))).rejects.toThrow(
      /has 1 rows, fewer than/,
    );
  });
});

describe('loadDataSet on folders', () => {
  async function picture(
    path: string,
    width: number,
    height: number,
    grey: number,
    channels: 3 | 4 = 3,
  ): Promise<void> {
    await mkdir(join(folder, path, '..'), { recursive: true });
    const background = { r: grey, g: grey, b: grey, alpha: 1 };
    await sharp({ create: { width, height, channels, background } }).toFile(join(folder, path));
  }

  it('reads train and test folders, and lets the names of files decide', async () => {
    await picture('train/happy/Training_1.png', 48, 48, 100);
    await picture('test/sad/PublicTest_2.png', 100, 60, 50, 4);
    await picture('test/sad/PrivateTest_3.png', 48, 48, 60);
    await picture('test/neutral/other.jpg', 20, 30, 70);
    const pictures = await loadDataSet(folder);
    expect(pictures.map(({ label, split, pixels }) => [label, split, pixels.length, pixels[1000]])).toEqual([
      [3, 'Training', PICTURE_PX, 100],
      [4, 'PrivateTest', PICTURE_PX, 60],
      [4, 'PublicTest', PICTURE_PX, 50],
      [6, 'PrivateTest', PICTURE_PX, 70],
    ]);
  });

  it('leaves undivided folders undivided', async () => {
    await picture('disgust/a.png', 48, 48, 1);
    expect((await loadDataSet(folder)).map(({ label, split }) => [label, split])).toEqual([[1, undefined]]);
  });

  it('names what it cannot read, and what it expected', async () => {
    await expect(loadDataSet(folder)).rejects.toThrow(
      /no pictures found; expected fer2013\.csv, or folders named angry/,
    );
    await expect(loadDataSet(join(folder, 'nowhere'))).rejects.toThrow(/nowhere: no such file or folder/);
    await mkdir(join(folder, 'fear'));
    await writeFile(join(folder, 'fear', 'broken.jpg'), 'no picture');
    await expect(loadDataSet(folder)).rejects.toThrow(/broken\.jpg: not a readable picture/);
  });
});

describe('withoutLeaks', () => {
  it('drops training pictures that a held-out split holds pixel by pixel', async () => {
    const pictures = await loadDataSet(
      await csv(
        HEADER,
        row(0, 'Training', 1),
        row(2, 'Training', 2),
        row(5, 'PrivateTest', 2),
        row(6, 'PublicTest', 3),
      ),
    );
    const kept = withoutLeaks(pictures.slice(0, 2), pictures.slice(2));
    expect(kept.map(({ source }) => source)).toEqual(['row 0']);
  });
});
