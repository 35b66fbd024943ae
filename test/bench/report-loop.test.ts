import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { demoFrames } from '../../bench/demo-frames.ts';
import { loadReportNet, ReportLoop } from '../../bench/report-loop.ts';
import { loadTensorFlow } from '../../src/peers/tensorflow.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { loadHaarFaceDetector } from '../../src/vision/haar-face-detector.ts';
import { OPENCV } from '../peers/opencv-available.ts';

describe.skipIf(!OPENCV)("the report's loop", () => {
  it(
    'finds what the detector `haar` finds by default, and shows each face to its network',
    { timeout: 60_000 },
    async () => {
      const { tf } = await loadTensorFlow(1);
      const loop = new ReportLoop(OPENCV!, tf, await loadReportNet(tf, undefined));
      const detector = await loadHaarFaceDetector();
      let compared = 0;
      for await (const { frame } of demoFrames()) {
        if (frame.index % 60 !== 20) continue;
        const faces = await loop.look(frame);
        expect(faces.map(({ box }) => box)).toEqual((await detector.detect(frame)).map(({ box }) => box));
        for (const { scores } of faces) {
          expect(EMOTIONS.reduce((sum, emotion) => sum + scores[emotion], 0)).toBeCloseTo(1, 5);
          compared++;
        }
      }
      expect(compared).toBeGreaterThanOrEqual(4);
    },
  );

  it('writes what it sees as a clip of JPEG pictures', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-report-loop-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const program = fileURLToPath(new URL('../../bench/run-report-loop.ts', import.meta.url));
    const args = ['--import', 'tsx', program, '--out', folder, '--frames', '4'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/clip\.mjpeg: 4 frames, \d with a face, [\d.]+ ms a frame/);
    expect(stderr).toContain("the report's network is untrained");
    const clip = await readFile(join(folder, 'clip.mjpeg'));
    expect(clip.toString('latin1').split('\xff\xd8\xff').length - 1).toBe(4);
  });
});
