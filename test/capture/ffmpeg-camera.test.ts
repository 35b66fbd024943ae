import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMERA_DEFAULTS, type CameraSettings, type FfmpegSettings } from '../../src/capture/camera-settings.ts';
import { ffmpegCamera } from '../../src/capture/ffmpeg-camera.ts';
import { openCamera } from '../../src/capture/open-camera.ts';
import { HAS_FFMPEG, makeClip } from './real-ffmpeg.ts';
import { RtspServer } from './rtsp-server.ts';

let folder: string;
let rtsp: RtspServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-ffmpeg-'));
  rtsp = await new RtspServer(() => readFile(join(folder, 'clip.ts')), 'geheim').start();
  if (HAS_FFMPEG) await makeClip(join(folder, 'clip.ts'), 2);
});

afterAll(async () => {
  rtsp.stop();
  await rm(folder, { recursive: true });
});

function settings(source: string, ffmpeg: Partial<FfmpegSettings> = {}): CameraSettings {
  return { ...CAMERA_DEFAULTS, source, fps: 10, ffmpeg: { ...CAMERA_DEFAULTS.ffmpeg, ...ffmpeg } };
}

async function errorOf(camera: CameraSettings): Promise<Error & { code: string }> {
  return (await lastValueFrom(openCamera('c', camera).frames$).catch((error: unknown) => error)) as Error & {
    code: string;
  };
}

describe.skipIf(!HAS_FFMPEG)('a camera through the ffmpeg that is installed here', () => {
  it('watches an RTSP camera over TCP, with a password', async () => {
    const frame = await firstValueFrom(openCamera('c', settings(rtsp.url('admin:geheim'))).frames$);
    expect([frame.width, frame.height]).toEqual([320, 240]);
    expect(rtsp.methods).toEqual(expect.arrayContaining(['DESCRIBE', 'SETUP', 'PLAY']));
  });

  it.each<[string, string, () => CameraSettings, RegExp]>([
    ['a wrong password', 'refused', () => settings(rtsp.url('admin:falsch')), /401.*check the user and password/],
    ['a wrong path', 'not-found', () => settings(rtsp.url('admin:geheim', '/dead')), /404.*check the path/],
    ['nobody there', 'refused', () => settings('rtsp://admin:falsch@127.0.0.1:1/live'), /is the camera on/],
    ['a file that is no clip', 'unreadable', () => settings(import.meta.filename), /that ffmpeg can read/],
    ['no such device', 'not-found', () => settings('/dev/video99'), /plugged in/],
    ['no such file', 'not-found', () => settings('/none.mkv'), /check the camera's source/],
    ['a device that is no camera', 'not-found', () => settings('/dev/null'), /ffmpeg/],
    [
      'a wrong argument',
      'unreadable',
      () => settings(join(folder, 'clip.ts'), { inputArgs: ['-hwacel', 'x'] }),
      /ffmpeg arguments/,
    ],
    [
      'a wrong filter',
      'unreadable',
      () => settings(join(folder, 'clip.ts'), { outputArgs: ['-vf', 'scael=1'] }),
      /ffmpeg arguments/,
    ],
    [
      'no ffmpeg',
      'tool-missing',
      () => settings(join(folder, 'clip.ts'), { path: '/none/ffmpeg' }),
      /apt install ffmpeg/,
    ],
  ])('explains %s as %s', async (_, code, camera, message) => {
    const error = await errorOf(camera());
    expect(error).toMatchObject({ name: 'CameraError', code });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/falsch|geheim|\n/);
  });

  it('leaves narrow pictures as they are and makes wide ones narrower, even where the width is odd', async () => {
    const clip = await makeClip(join(folder, 'odd.mkv'), 1, '322x242');
    const widths = await Promise.all(
      [640, 161].map(
        async (widthPx) => (await firstValueFrom(ffmpegCamera('c', { ...settings(clip), widthPx }).frames$)).width,
      ),
    );
    expect(widths).toEqual([322, 161]);
  });

  it('shows no more frames a second than it is asked for', async () => {
    const clip = await makeClip(join(folder, 'two-seconds.mkv'), 2);
    const frames = await lastValueFrom(ffmpegCamera('c', { ...settings(clip), fps: 2 }).frames$.pipe(toArray()));
    expect(frames.length).toBeGreaterThanOrEqual(4);
    expect(frames.length).toBeLessThanOrEqual(5);
  });
});
