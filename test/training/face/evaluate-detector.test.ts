import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelledPicture } from '../../../src/training/face/data-set.ts';
import { writeDetectionReport } from '../../../src/training/face/detection-report.ts';
import { evaluateDetector } from '../../../src/training/face/evaluate-detector.ts';
import { evaluationFrame } from '../../../src/training/face/evaluation-frames.ts';
import { storePictures } from '../../../src/training/face/picture-store.ts';
import { FakeFaceDetector } from '../../fakes/fake-models.ts';

describe('evaluation of a face detector', () => {
  let dir: string;
  let picture: LabelledPicture;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'moodstat-evaluation-'));
    const path = join(dir, 'red.png');
    await sharp({ create: { width: 320, height: 160, channels: 3, background: '#ff0000' } }).toFile(path);
    picture = {
      path,
      event: 'Test',
      boxes: [
        [10, 20, 40, 60],
        [100, 50, 130, 90],
        [200, 10, 206, 18],
      ],
    };
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  it('fits a picture into a VGA frame with black bars, its boxes with it', async () => {
    const { frame, faces, ignored } = await evaluationFrame(picture, { width: 640, height: 480 }, 32);
    expect(frame.rgb).toHaveLength(640 * 480 * 3);
    expect([...frame.rgb.subarray(0, 3)]).toEqual([0, 0, 0]);
    const middle = (240 * 640 + 320) * 3;
    expect([...frame.rgb.subarray(middle, middle + 3)]).toEqual([255, 0, 0]);
    expect(faces[0]).toEqual({ x: 20, y: 120, width: 60, height: 80 });
    expect(faces).toHaveLength(2);
    expect(ignored).toEqual([{ x: 400, y: 100, width: 12, height: 16 }]);
  });

  it('judges by the frame, and draws the faults', async () => {
    const detector = new FakeFaceDetector(() => [
      { box: { x: 20, y: 120, width: 60, height: 80 }, score: 0.9 },
      { box: { x: 400, y: 100, width: 12, height: 16 }, score: 0.8 },
      { box: { x: 500, y: 300, width: 60, height: 60 }, score: 0.7 },
    ]);
    const evaluated = await evaluateDetector(detector, [picture]);
    const { evaluation } = evaluated;
    expect(evaluation).toMatchObject({ images: 1, faces: 2, ap50: 0.5, recallAt1: 0.5, recallAt01: 0.5 });
    expect(evaluation.byHeight.map(({ heightPx, faces }) => [heightPx, faces])).toEqual([
      ['16-32', 1],
      ['32-48', 0],
      ['48-96', 2],
      ['96+', 0],
    ]);
    // The lowest face is found too, in its own row.
    expect(evaluation.byHeight[0]!.recallAt1).toBe(1);

    const report = join(dir, 'report.html');
    await writeDetectionReport(report, [picture], evaluated);
    const html = await readFile(report, 'utf8');
    expect(html).toContain('AP50 <b>0.500</b>');
    expect(html).toContain('class="missed"');
    expect(html).toContain('data:image/jpeg;base64,');
  });

  it('names a picture that cannot be decoded', async () => {
    const broken = { ...picture, path: join(dir, 'absent.jpg') };
    const size = { width: 640, height: 480 };
    await expect(evaluationFrame(broken, size, 32)).rejects.toThrow(/absent\.jpg: cannot be decoded/);
    await expect(storePictures([broken], 480)).rejects.toThrow(/absent\.jpg: cannot be decoded/);
  });

  it('stores pictures for training at no more than the wanted side, boxes shrunk with them', async () => {
    const [stored] = await storePictures([picture], 160);
    expect(stored).toMatchObject({ width: 160, height: 80 });
    expect(stored!.boxes[0]).toEqual([5, 10, 20, 30]);
    expect(stored!.pyramid.map(({ width, height }) => [width, height])).toEqual([
      [160, 80],
      [80, 40],
      [40, 20],
    ]);
  });
});
