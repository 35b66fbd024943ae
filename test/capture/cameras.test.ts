import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, take, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Camera } from '../../src/capture/camera.ts';
import type { CameraSettings } from '../../src/capture/camera-settings.ts';
import { CAMERA_DEFAULTS } from '../../src/capture/camera-settings.ts';
import type { Frame } from '../../src/capture/frame.ts';
import { openCamera } from '../../src/capture/open-camera.ts';
import { superviseCamera } from '../../src/capture/supervise-camera.ts';
import { CameraServer, jpeg, streamMjpeg } from './camera-server.ts';
import { OPENCV } from '../peers/opencv-available.ts';
import { openCvReaders } from './opencv-readers.ts';
import { HAS_FFMPEG, isAlive, makeClip, notingFfmpeg } from './real-ffmpeg.ts';

let folder: string;
let ffmpeg: Awaited<ReturnType<typeof notingFfmpeg>>;
let http: CameraServer;
let tcp: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-cameras-'));
  ffmpeg = await notingFfmpeg(folder);
  const picture = await jpeg(320, 240);
  for (const name of ['1.jpg', '2.jpg', '10.jpg']) await writeFile(join(folder, name), picture);
  http = await new CameraServer((request, response) => {
    if (request.url === '/stream') streamMjpeg(response, picture);
    else response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
  }).start();
  tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    if (HAS_FFMPEG) void readFile(join(folder, 'clip.ts')).then((bytes) => socket.end(bytes));
  }).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  if (!HAS_FFMPEG) return;
  await makeClip(join(folder, 'clip.mkv'));
  await makeClip(join(folder, 'clip.ts'), 2);
});

afterAll(async () => {
  await http.stop();
  tcp.close();
  await rm(folder, { recursive: true });
});

/** `source` is made late: ports and folders are known only when the test runs. */
interface Adapter {
  readonly source: () => string;
  readonly needsFfmpeg?: boolean;
  readonly capture?: 'opencv';
  readonly width: number;
  readonly height: number;
}

const ADAPTERS: Record<string, Adapter> = {
  'a clip': { source: () => join(folder, 'clip.mkv'), needsFfmpeg: true, width: 160, height: 120 },
  'a network stream': { source: () => `tcp://127.0.0.1:${port(tcp)}`, needsFfmpeg: true, width: 160, height: 120 },
  'a clip through OpenCV': { source: () => join(folder, 'clip.mkv'), capture: 'opencv', width: 160, height: 120 },
  'a network stream through OpenCV': {
    source: () => `tcp://127.0.0.1:${port(tcp)}`,
    capture: 'opencv',
    width: 160,
    height: 120,
  },
  'an MJPEG stream': { source: () => http.url('/stream'), width: 160, height: 120 },
  'HTTP snapshots': { source: () => http.url('/snapshot.jpg'), width: 160, height: 120 },
  'a folder of pictures': { source: () => folder, width: 160, height: 120 },
  'one picture': { source: () => join(folder, '1.jpg'), width: 160, height: 120 },
  'the demo': { source: () => 'demo', width: 640, height: 480 },
};

function port(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function settings(source: string, changes: Partial<CameraSettings> = {}): CameraSettings {
  return {
    ...CAMERA_DEFAULTS,
    source,
    fps: 10,
    widthPx: 160,
    loop: true,
    ffmpeg: { ...CAMERA_DEFAULTS.ffmpeg, path: ffmpeg.path },
    ...changes,
  };
}

/** Nothing of what a camera opened is left: no process, no connection. */
async function expectAllClosed(): Promise<void> {
  await vi.waitFor(async () => {
    expect((await ffmpeg.pids()).filter(isAlive)).toEqual([]);
    expect(await openCvReaders()).toEqual([]);
    expect(await http.connections()).toBe(0);
  });
}

describe.each(Object.entries(ADAPTERS))('openCamera on %s', (_, { source, needsFfmpeg, capture, width, height }) => {
  // The clips are made by ffmpeg, whatever reads them.
  const missing = (needsFfmpeg === true && !HAS_FFMPEG) || (capture === 'opencv' && !(OPENCV && HAS_FFMPEG));
  const open = () => openCamera('hall', settings(source(), capture ? { capture } : {}));

  it.skipIf(missing)('shows RGB frames of the wanted width, numbered and in time', async () => {
    const startMs = Date.now();
    const frames = await firstValueFrom(open().frames$.pipe(take(3), toArray()));
    expect(frames.map(({ camera, index }) => [camera, index])).toEqual([
      ['hall', 0],
      ['hall', 1],
      ['hall', 2],
    ]);
    for (const frame of frames) {
      expect([frame.width, frame.height, frame.rgb.length]).toEqual([width, height, width * height * 3]);
      expect(colours(frame)).toBeGreaterThan(0);
    }
    const times = frames.map((frame) => frame.atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(startMs);
    expect(times[2]).toBeLessThan(Date.now() + 1000);
    await expectAllClosed();
  });

  it.skipIf(missing)('closes what it opened when it is unsubscribed at once', async () => {
    const subscription = open().frames$.subscribe();
    subscription.unsubscribe();
    await expectAllClosed();
  });

  it.skipIf(missing)('opens nothing before it is watched, and again each time it is', async () => {
    const camera = open();
    const requests = http.requests.length;
    const processes = (await ffmpeg.pids()).length;
    expect([http.requests.length, (await ffmpeg.pids()).length]).toEqual([requests, processes]);
    expect(await openCvReaders()).toEqual([]);
    expect((await firstValueFrom(camera.frames$)).index).toBe(0);
    expect((await firstValueFrom(camera.frames$)).index).toBe(0);
    await expectAllClosed();
  });
});

/** How far apart the channels are: a frame of one grey is none that our cameras show. */
function colours({ rgb }: Frame): number {
  let difference = 0;
  for (let i = 0; i < rgb.length; i += 3) difference = Math.max(difference, Math.abs(rgb[i]! - rgb[i + 1]!));
  return difference;
}

describe('the end of a source', () => {
  it.skipIf(!HAS_FFMPEG)('completes a clip that is played once, in real time', async () => {
    const startMs = Date.now();
    const source = join(folder, 'clip.mkv');
    const frames = await lastValueFrom(openCamera('clip', settings(source, { loop: false })).frames$.pipe(toArray()));
    expect(frames.length).toBeGreaterThanOrEqual(9);
    expect(Date.now() - startMs).toBeGreaterThan(700);
  });

  it.skipIf(!HAS_FFMPEG)('is the loss of a network stream', async () => {
    const frames$ = openCamera('net', settings(`tcp://127.0.0.1:${port(tcp)}`)).frames$;
    await expect(lastValueFrom(frames$)).rejects.toMatchObject({ name: 'CameraError', code: 'lost' });
  });

  it.skipIf(!OPENCV || !HAS_FFMPEG)('completes a clip that OpenCV plays once, in real time', async () => {
    const startMs = Date.now();
    const once = settings(join(folder, 'clip.mkv'), { loop: false, capture: 'opencv' });
    const frames = await lastValueFrom(openCamera('clip', once).frames$.pipe(toArray()));
    expect(frames).toHaveLength(10);
    expect(Date.now() - startMs).toBeGreaterThan(900);
  });

  it('completes a folder that is shown once', async () => {
    const frames$ = openCamera('folder', settings(folder, { loop: false, fps: 60 })).frames$;
    expect((await lastValueFrom(frames$.pipe(toArray()))).map(({ index }) => index)).toEqual([0, 1, 2]);
  });
});

const RESTARTS = 20;

describe(`a supervised camera that is killed ${RESTARTS} times`, () => {
  /** Kills with every first frame; resolves when a frame has come after the last kill. */
  async function survive(camera: Camera, kill: () => Promise<void>): Promise<number[]> {
    let kills = 0;
    let online = 0;
    const indices: number[] = [];
    await new Promise<void>((resolve) => {
      const subscription = camera.frames$
        .pipe(
          superviseCamera({
            stallTimeoutMs: 20_000,
            backoffMs: 1,
            maxBackoffMs: 1,
            onState: ({ state }) => {
              if (state === 'online') online++;
            },
          }),
          tap(({ index }) => indices.push(index)),
        )
        .subscribe(() => {
          if (online <= kills) return;
          if (kills === RESTARTS) {
            subscription.unsubscribe();
            resolve();
          } else {
            kills++;
            void kill();
          }
        });
    });
    expect(online).toBe(RESTARTS + 1);
    return indices;
  }

  it.skipIf(!HAS_FFMPEG)('goes on when it is ffmpeg', { timeout: 60_000 }, async () => {
    const before = (await ffmpeg.pids()).length;
    const indices = await survive(openCamera('hall', settings(join(folder, 'clip.mkv'))), async () => {
      process.kill((await ffmpeg.pids()).at(-1)!, 'SIGKILL');
    });
    expect(indices).toEqual(indices.map((_, i) => i));
    expect((await ffmpeg.pids()).length - before).toBe(RESTARTS + 1);
    await expectAllClosed();
  });

  it.skipIf(!OPENCV || !HAS_FFMPEG)('goes on when it is OpenCV', { timeout: 240_000 }, async () => {
    const camera = openCamera('hall', settings(join(folder, 'clip.mkv'), { capture: 'opencv' }));
    const indices = await survive(camera, async () => {
      process.kill((await openCvReaders())[0]!, 'SIGKILL');
    });
    expect(indices).toEqual(indices.map((_, i) => i));
    await expectAllClosed();
  });

  it('goes on when it is an HTTP camera', async () => {
    const indices = await survive(openCamera('hall', settings(http.url('/stream'))), () => {
      http.cut();
      return Promise.resolve();
    });
    expect(indices).toEqual(indices.toSorted((a, b) => a - b));
    await expectAllClosed();
  });
});
