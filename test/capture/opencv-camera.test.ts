import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMERA_DEFAULTS, type CameraSettings } from '../../src/capture/camera-settings.ts';
import { ffmpegCamera } from '../../src/capture/ffmpeg-camera.ts';
import type { Frame } from '../../src/capture/frame.ts';
import { openCamera } from '../../src/capture/open-camera.ts';
import { openCvCamera } from '../../src/capture/opencv-camera.ts';
import { OPENCV } from '../peers/opencv-available.ts';
import { HAS_FFMPEG, makeClip } from './real-ffmpeg.ts';
import { RtspServer } from './rtsp-server.ts';

let folder: string;
let rtsp: RtspServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-opencv-'));
  rtsp = await new RtspServer(() => readFile(join(folder, 'clip.ts')), 'geheim').start();
  if (HAS_FFMPEG) await makeClip(join(folder, 'clip.ts'), 2);
});

afterAll(async () => {
  rtsp.stop();
  await rm(folder, { recursive: true });
});

function settings(source: string, changes: Partial<CameraSettings> = {}): CameraSettings {
  return { ...CAMERA_DEFAULTS, source, fps: 10, capture: 'opencv', ...changes };
}

describe.skipIf(!OPENCV || !HAS_FFMPEG)('a camera through the OpenCV that is installed here', () => {
  it.each([
    ['mkv', 320],
    ['ts', 320],
    ['mkv', 160],
  ])(
    'shows the frames that ffmpeg shows of the same clip (.%s, %d px wide)',
    { timeout: 120_000 },
    async (container, widthPx) => {
      const clip = await makeClip(join(folder, `both.${container}`));
      const once = settings(clip, { widthPx, loop: false });
      const [ours, ffmpegs] = await Promise.all(
        [openCvCamera('c', once), ffmpegCamera('c', once)].map((camera) =>
          lastValueFrom(camera.frames$.pipe(toArray())),
        ),
      );
      expect(ours).toHaveLength(10);
      expect(ffmpegs!.length).toBeGreaterThanOrEqual(10);
      ours!.forEach((frame, i) => {
        const other = ffmpegs![i]!;
        expect([frame.width, frame.height]).toEqual([other.width, other.height]);
        // Of the same size they were equal, bit by bit; only one of many roundings may differ. Scaled, OpenCV averages over area
        // and ffmpeg is bicubic, which differ at the hard edges that a test picture is made of.
        expect(meanDifference(frame, other)).toBeLessThan(widthPx === 320 ? 0.5 : 4);
      });
    },
  );

  it('watches an RTSP camera, with a password', async () => {
    const frame = await firstValueFrom(openCamera('c', settings(rtsp.url('admin:geheim'))).frames$);
    expect([frame.width, frame.height]).toEqual([320, 240]);
    expect(rtsp.methods).toEqual(expect.arrayContaining(['DESCRIBE', 'SETUP', 'PLAY']));
  });

  it.each<[string, string, () => CameraSettings, RegExp]>([
    ['a wrong password', 'refused', () => settings(rtsp.url('admin:falsch')), /401.*check the user and password/],
    ['a wrong path', 'not-found', () => settings(rtsp.url('admin:geheim', '/dead')), /404.*check the path/],
    ['nobody there', 'refused', () => settings('rtsp://admin:falsch@127.0.0.1:1/live'), /is the camera on/],
    ['a file that is no clip', 'unreadable', () => settings(import.meta.filename), /capture: ffmpeg/],
    ['no such device', 'not-found', () => settings('/dev/video99'), /plugged in/],
    ['a device that is no camera', 'unreadable', () => settings('/dev/null'), /OpenCV cannot read it/],
  ])('explains %s as %s', async (_, code, camera, message) => {
    const error = (await lastValueFrom(openCamera('c', camera()).frames$).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ name: 'CameraError', code });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/falsch|geheim|\n/);
  });

  it('shows no more frames a second than it is asked for', async () => {
    const clip = await makeClip(join(folder, 'two-seconds.mkv'), 2);
    const frames = await lastValueFrom(
      openCvCamera('c', settings(clip, { fps: 2, loop: false })).frames$.pipe(toArray()),
    );
    expect(frames.length).toBeGreaterThanOrEqual(4);
    expect(frames.length).toBeLessThanOrEqual(5);
  });
});

describe('OpenCV for pictures', () => {
  it('is an error of the camera that says so, and no silent change of reader', async () => {
    const frames$ = openCamera('c', settings(folder)).frames$;
    await expect(lastValueFrom(frames$)).rejects.toMatchObject({ name: 'CameraError', code: 'unreadable' });
  });
});

function meanDifference(a: Frame, b: Frame): number {
  return a.rgb.reduce((sum, value, i) => sum + Math.abs(value - b.rgb[i]!), 0) / a.rgb.length;
}
