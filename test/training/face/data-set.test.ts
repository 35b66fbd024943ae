import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLabelledPictures, parseWiderLabels, splitOf } from '../../../src/training/face/data-set.ts';

describe('parseWiderLabels', () => {
  const text = [
    '0--Parade/0_Parade_1.jpg',
    '2',
    '10 20 30 40 0 0 0 0 0 0 ',
    '5 5 0 0 0 0 0 1 0 0 ',
    '12--Group/empty.jpg',
    '0',
    '0 0 0 0 0 0 0 0 0 0 ',
    '12--Group/12_Group_2.jpg',
    '1',
    '1 2 3 4 2 0 0 0 2 0 ',
    '',
  ].join('\n');

  it('reads pictures, events and corners, and leaves out boxes without area', () => {
    expect(parseWiderLabels(text, 'labels.txt')).toEqual([
      { path: '0--Parade/0_Parade_1.jpg', event: 'Parade', boxes: [[10, 20, 40, 60]] },
      { path: '12--Group/empty.jpg', event: 'Group', boxes: [] },
      { path: '12--Group/12_Group_2.jpg', event: 'Group', boxes: [[1, 2, 4, 6]] },
    ]);
  });

  it('says which line is wrong', () => {
    expect(() => parseWiderLabels('a/b.jpg\nmany\n', 'labels.txt')).toThrow(
      'labels.txt:2: expected the number of faces',
    );
    expect(() => parseWiderLabels('a/b.jpg\n1\n1 2 x 4\n', 'labels.txt')).toThrow(
      'labels.txt:3: expected x y width height',
    );
  });
});

describe('loadLabelledPictures', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'moodstat-faces-'));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  it('reads boxes.jsonl', async () => {
    await writeFile(join(dir, 'boxes.jsonl'), '{"image":"a.jpg","event":"Group","boxes":[[1,2,3,4]]}\n\n');
    expect(await loadLabelledPictures(dir)).toEqual([
      { path: join(dir, 'images', 'a.jpg'), event: 'Group', boxes: [[1, 2, 3, 4]] },
    ]);
  });

  it('reads WIDER FACE labels', async () => {
    await writeFile(join(dir, 'wider_face_val_bbx_gt.txt'), '0--Parade/a.jpg\n1\n1 2 3 4\n');
    expect(await loadLabelledPictures(dir)).toEqual([
      { path: join(dir, '0--Parade/a.jpg'), event: 'Parade', boxes: [[1, 2, 4, 6]] },
    ]);
  });

  it.each([
    ['not json', 'boxes.jsonl:1: not a line of JSON'],
    ['{"image":"a.jpg"}', 'boxes.jsonl:1: expected the keys image, event and boxes'],
    ['{"image":"a.jpg","event":"e","boxes":[[1,2,3]]}', 'boxes.jsonl:1: a box is not [x1, y1, x2, y2]'],
  ])('says what is wrong with %s', async (line, message) => {
    await writeFile(join(dir, 'boxes.jsonl'), line);
    await expect(loadLabelledPictures(dir)).rejects.toThrow(message);
  });

  it('says what it looked for in an empty folder', async () => {
    await expect(loadLabelledPictures(dir)).rejects.toThrow('neither boxes.jsonl nor wider_face_train_bbx_gt.txt');
  });
});

describe('splitOf', () => {
  it('keeps every spelling of an event on one side, and about an eighth of the events aside', () => {
    expect(splitOf('Surgeons')).toBe(splitOf('surgeons'));
    const names = Array.from({ length: 2000 }, (_, i) => `event ${i}`);
    const share = names.filter((name) => splitOf(name) === 'development').length / names.length;
    expect(share).toBeGreaterThan(0.09);
    expect(share).toBeLessThan(0.15);
  });
});
