import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export type FfmpegProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Time ffmpeg gets to say goodbye to the camera (RTSP TEARDOWN) before it is killed. */
const GRACE_MS = 2000;

/** Starts ffmpeg with no input, and both outputs as pipes. A missing program is told by the `error` event. */
export function spawnFfmpeg(path: string, args: readonly string[]): FfmpegProcess {
  return spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Ends a process for sure, at once for the caller; listeners on its streams hear no more. */
export function stopFfmpeg(child: FfmpegProcess): void {
  child.stdout.destroy();
  child.stderr.destroy();
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  // A daemon that ends does not wait for it: ffmpeg also ends by itself when nobody reads its pictures.
  killer.unref();
  child.once('exit', () => {
    clearTimeout(killer);
  });
  child.kill('SIGTERM');
}
