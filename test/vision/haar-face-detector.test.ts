import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, skip } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { demoCamera } from '../../src/capture/demo-camera.ts';
import type { Frame } from '../../src/capture/frame.ts';
import { loadHaarFaceDetector } from '../../src/vision/haar-face-detector.ts';
import { OPENCV } from '../peers/opencv-available.ts';

/** A frame of the demo clip in which its face is there and still. */
function demoFrame(): Promise<Frame> {
  return firstValueFrom(demoCamera('demo').frames$.pipe(skip(12)));
}

describe.skipIf(!OPENCV)('the Haar cascade that OpenCV ships', () => {
  it('finds the face of the demo clip, in px of the frame', async () => {
    const frame = await demoFrame();
    const detector = await loadHaarFaceDetector();
    const faces = await detector.detect(frame);
    expect(faces).toHaveLength(1);
    const { box, score } = faces[0]!;
    expect(Object.values(box).every(Number.isInteger)).toBe(true);
    expect(box.x).toBeGreaterThan(0);
    expect(box.x + box.width).toBeLessThan(frame.width);
    expect(score).toBeGreaterThan(0.5);
    expect(score).toBeLessThan(1);
    await detector.close();
  });

  it('finds nobody in an empty picture', async () => {
    const rgb = new Uint8Array(64 * 48 * 3).fill(90);
    const detector = await loadHaarFaceDetector();
    expect(await detector.detect({ camera: 'c', index: 0, atMs: 0, width: 64, height: 48, rgb })).toEqual([]);
  });

  it('leaves out what is too small or too faint, and finds more where fewer windows must agree', async () => {
    const frame = await demoFrame();
    const found = async (options: Parameters<typeof loadHaarFaceDetector>[0]) =>
      (await loadHaarFaceDetector(options)).detect(frame);
    const [face] = await found({});
    expect(await found({ minFacePx: face!.box.height + 80 })).toEqual([]);
    expect(await found({ minScore: face!.score + 0.01 })).toEqual([]);
    const many = await found({ minNeighbors: 1, scaleFactor: 1.05 });
    expect(many.length).toBeGreaterThanOrEqual(1);
    expect(many.map(({ score }) => score)).toEqual(many.map(({ score }) => score).toSorted((a, b) => b - a));
    expect(many[0]!.score).toBeGreaterThan(face!.score);
  });

  it('serves two cameras that ask at once', async () => {
    const frame = await demoFrame();
    const detector = await loadHaarFaceDetector();
    const [alone, ...atOnce] = await Promise.all([frame, frame, frame].map((each) => detector.detect(each)));
    for (const faces of atOnce) expect(faces).toEqual(alone);
  });

  it('does not tell V8 of its matrices, at which V8 can end the process in the middle of a garbage collection', () => {
    expect(OPENCV!.isCustomMatAllocatorEnabled()).toBe(false);
  });

  it('leaves the event loop free while it looks', async () => {
    const frame = await demoFrame();
    const detector = await loadHaarFaceDetector({ scaleFactor: 1.02 });
    const looked = detector.detect(frame).then(() => 'face');
    const turn = new Promise((resolve) => {
      setImmediate(resolve, 'turn');
    });
    expect(await Promise.race([looked, turn])).toBe('turn');
    expect(await looked).toBe('face');
  });

  it('takes another cascade by its path, and says what is wrong with one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-haar-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'broken.xml'), '<?xml version="1.0"?><opencv_storage></opencv_storage>');
    const frame = await demoFrame();
    const another = OPENCV!.HAAR_FRONTALFACE_DEFAULT.replace('default', 'alt2');
    expect(await (await loadHaarFaceDetector({ cascade: another })).detect(frame)).toHaveLength(1);
    await expect(loadHaarFaceDetector({ cascade: join(folder, 'none.xml') })).rejects.toMatchObject({
      name: 'ModelError',
      code: 'missing',
    });
    await expect(loadHaarFaceDetector({ cascade: join(folder, 'broken.xml') })).rejects.toMatchObject({
      name: 'ModelError',
      code: 'bad-weights',
    });
  });
});
