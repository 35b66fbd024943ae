import { execFile } from 'node:child_process';
import { cpus, tmpdir } from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DEMO_CLIP } from '../src/capture/demo-camera.ts';
import { startDaemonProcess } from './daemon-process.ts';
import { digits, type Measurement } from './measurement.ts';
import { usageOf } from './process-usage.ts';

const FPS = 5;
/** A camera keeps up when it gets this share of its frames looked at. */
const KEEPS_UP = 0.97;

/** More and more cameras at 5 frames a second, each an H.264 clip through an ffmpeg of its own, as RTSP cameras are. */
export const cameras: Measurement = {
  name: 'cameras',
  title: `cameras at ${FPS} frames a second, ${cpus().length} cores`,
  async run({ seconds, cameras: counts }) {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-bench-'));
    const clip = join(folder, 'clip.mp4');
    await encodeClip(clip);
    const figures: Awaited<ReturnType<typeof carry>>[] = [];
    for (const count of counts) figures.push(await carry(clip, count, seconds));
    await rm(folder, { recursive: true });
    const most = Math.max(0, ...figures.filter(({ keepsUp }) => keepsUp).map(({ count }) => count));
    return {
      figures: { points: figures, most },
      rows: figures.map((row) => ({
        cameras: row.count,
        'frames/s a camera': digits(row.fps),
        'dropped %': digits(row.droppedShare * 100, 1),
        'latency p95 ms': digits(row.latencyP95Ms, 0),
        'CPU % of all cores': digits(row.cpuShare * 100, 0),
        'daemon MB': digits(row.rssMb, 0),
        'keeps up': row.keepsUp ? 'yes' : 'no',
      })),
      notes: [
        `most that kept up, of those tried: ${most}; to keep up is to look at ${KEEPS_UP * 100} % of the frames at every camera`,
        'latency: from the frame’s arrival to its mood, the worst camera; CPU: the daemon and its ffmpegs',
      ],
    };
  },
};

/** The demo as H.264, 640 × 480 at 15 frames a second: what a camera’s second stream is like. */
async function encodeClip(clip: string): Promise<void> {
  const source = fileURLToPath(new URL('clip.mjpeg', DEMO_CLIP));
  await promisify(execFile)('ffmpeg', [
    ...['-v', 'error', '-f', 'mjpeg', '-framerate', '6', '-i', source],
    ...['-t', '20', '-r', '15', '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', clip],
  ]);
}

async function carry(clip: string, count: number, seconds: number) {
  const names = Array.from({ length: count }, (_, i) => `camera-${i + 1}`);
  const daemon = await startDaemonProcess(Object.fromEntries(names.map((name) => [name, { source: clip, fps: FPS }])));
  try {
    // All ffmpegs start at once, which is not what is measured.
    await allSeen(daemon, names);
    const [before, used] = [await daemon.health(), await usageOf(daemon.pid)];
    const startMs = performance.now();
    await sleep(seconds * 1000);
    const [after, usedAfter] = [await daemon.health(), await usageOf(daemon.pid)];
    const elapsedMs = performance.now() - startMs;
    const each = names.map((name) => {
      const [was, is] = [before.cameras[name]!.frames, after.cameras[name]!.frames];
      return { seen: is.seen - was.seen, dropped: is.dropped - was.dropped };
    });
    const expected = (FPS * elapsedMs) / 1000;
    const seen = each.reduce((sum, frames) => sum + frames.seen, 0);
    const dropped = each.reduce((sum, frames) => sum + frames.dropped, 0);
    return {
      count,
      fps: (seen * 1000) / elapsedMs / count,
      droppedShare: dropped / Math.max(1, seen + dropped),
      latencyP95Ms: Math.max(...names.map((name) => after.cameras[name]!.latency_ms.p95 ?? NaN)),
      cpuShare: (usedAfter.cpuMs - used.cpuMs) / elapsedMs / cpus().length,
      rssMb: usedAfter.rssMb,
      // A second has five frames or, by chance, four: the rounding is no falling behind.
      keepsUp: each.every((frames) => frames.seen >= KEEPS_UP * expected - 1),
    };
  } finally {
    await daemon.stop();
  }
}

async function allSeen(
  daemon: Awaited<ReturnType<typeof startDaemonProcess>>,
  names: readonly string[],
): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const { cameras: known } = await daemon.health();
    if (names.every((name) => (known[name]?.frames.seen ?? 0) > 10)) return;
    await sleep(500);
  }
}
