import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Frame } from '../../capture/frame.ts';
import type { FaceDetector } from '../../vision/face.ts';

/** How many faces each frame of a clip showed; the clip is scaled to `width` × `height` px. */
export async function countFacesInClip(
  detector: FaceDetector,
  path: string,
  { width, height }: { readonly width: number; readonly height: number } = { width: 640, height: 480 },
): Promise<readonly number[]> {
  const filter = `scale=${width}:${height}`;
  const ffmpeg = spawn(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(ffmpeg, 'close');
  const counts: number[] = [];
  const bytes = width * height * 3;
  let pending = Buffer.alloc(0);
  for await (const chunk of ffmpeg.stdout as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= bytes) {
      const index = counts.length;
      const rgb = new Uint8Array(pending.subarray(0, bytes));
      pending = pending.subarray(bytes);
      const frame: Frame = { camera: 'clip', index, atMs: (index * 1000) / 30, width, height, rgb };
      counts.push((await detector.detect(frame)).length);
    }
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`${path}: ffmpeg ended with ${code ?? 'a signal'}; is it a clip?`);
  return counts;
}
