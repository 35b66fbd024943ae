import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { type DaemonProcess, startDaemonProcess } from './daemon-process.ts';
import { readDemoClip } from '../src/capture/demo-camera.ts';
import { digits, type Measurement } from './measurement.ts';
import { usageOf } from './process-usage.ts';

/** The most that a configuration allows, and as many cameras as keep a core busy. */
const SENT_A_SECOND = 60;
const CAMERAS = 6;
/** Small pictures pass sooner; whatever is kept of a frame is kept of a small one, too. */
const SMALL = { width: 160, height: 120 };
/** Memory settles first: buffers, compiled code, the heap's own size. */
const SETTLED = 0.25;
const BOUNDARY = 'picture';

interface Sample {
  readonly frames: number;
  readonly rssMb: number;
}

/** Resident memory of the daemon: with the demo as its one camera, and how it grows when very many frames pass. */
export const memory: Measurement = {
  name: 'memory',
  title: 'resident memory of the daemon, MB',
  async run({ seconds, frames }) {
    const oneCamera = await withOneCamera(seconds);
    const samples = await manyFrames(frames);
    const first = samples.find((sample) => sample.frames >= SETTLED * frames)!;
    const last = samples.at(-1)!;
    const growth = slope(samples.filter((sample) => sample.frames >= SETTLED * frames)) * 100_000;
    return {
      figures: { oneCameraMb: oneCamera, samples, growthMbA100000Frames: growth },
      rows: [
        {
          'one camera': digits(oneCamera, 0),
          frames: last.frames,
          [`after ${SETTLED * 100} %`]: digits(first.rssMb, 0),
          'at the end': digits(last.rssMb, 0),
          'growth a 100,000 frames': digits(growth, 1),
        },
      ],
      notes: [
        'one camera: the demo, 640×480, embedded broker and all',
        `growth: ${CAMERAS} cameras of ${SMALL.width}×${SMALL.height} as fast as they go; the slope of a straight line through the samples after ${SETTLED * 100} % of the frames, which means little below 50,000 frames`,
      ],
    };
  },
};

async function withOneCamera(seconds: number): Promise<number> {
  const daemon = await startDaemonProcess({ demo: { source: 'demo' } });
  await sleep(seconds * 1000);
  const { rssMb } = await usageOf(daemon.pid);
  await daemon.stop();
  return rssMb;
}

async function manyFrames(frames: number): Promise<Sample[]> {
  const pictures = await Promise.all(
    (await readDemoClip()).pictures.map((jpeg) => sharp(jpeg).resize(SMALL).jpeg().toBuffer()),
  );
  const server = await servePictures(pictures);
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const names = Array.from({ length: CAMERAS }, (_, i) => `camera-${i + 1}`);
  const cameras = Object.fromEntries(names.map((name) => [name, { source, fps: SENT_A_SECOND }]));
  const daemon = await startDaemonProcess(cameras, {}, { input_size: { width: 160, height: 128 } });
  try {
    return await sampleMemory(daemon, frames);
  } finally {
    await daemon.stop();
    server.closeAllConnections();
    server.close();
  }
}

async function sampleMemory(daemon: DaemonProcess, frames: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  while ((samples.at(-1)?.frames ?? 0) < frames) {
    await sleep(500);
    const { cameras } = await daemon.health();
    const seen = Object.values(cameras).reduce((sum, camera) => sum + camera.frames.seen, 0);
    samples.push({ frames: seen, rssMb: (await usageOf(daemon.pid)).rssMb });
  }
  return samples;
}

/** An MJPEG camera that shows the pictures over and over to whoever asks. */
async function servePictures(pictures: readonly Buffer[]): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}` });
    let next = 0;
    const timer = setInterval(() => {
      // Whoever does not read gets no more.
      if (response.writableNeedDrain) return;
      const picture = pictures[next++ % pictures.length]!;
      response.write(`--${BOUNDARY}\r\ncontent-type: image/jpeg\r\ncontent-length: ${picture.length}\r\n\r\n`);
      response.write(picture);
      response.write('\r\n');
    }, 1000 / SENT_A_SECOND);
    response.on('close', () => {
      clearInterval(timer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Of the straight line nearest to the samples, MB a frame. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ frames }) => frames), mean(({ rssMb }) => rssMb)];
  const spread = mean(({ frames }) => (frames - x) ** 2);
  return mean(({ frames, rssMb }) => (frames - x) * (rssMb - y)) / spread;
}
