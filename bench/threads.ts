import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { loadFaceDetector } from '../src/vision/onnx-face-detector.ts';
import { cpuMs, cpuOf } from './cpu-clock.ts';
import { frameOf, picturesWithFaces } from './demo-pictures.ts';
import { digits, type Measurement } from './measurement.ts';
import { FACE_MODEL } from './models-alone.ts';

const FRAMES = 100;

/** What threads give and cost: more of them inside ONNX Runtime, and the detector in a worker thread. */
export const threads: Measurement = {
  name: 'threads',
  title: 'finding faces in a frame, ms',
  async run() {
    const rows = [];
    for (const count of [1, 2]) rows.push(await inThisThread(count));
    rows.push(await inWorker());
    return {
      figures: rows,
      rows: rows.map((row) => ({ ...row, cpu: digits(row.cpu), wall: digits(row.wall), blocked: digits(row.blocked) })),
      notes: [
        'wall: for one frame after the other; blocked: so long the main thread does nothing else',
        'worker: the frame’s pixels are copied to it, as a frame has other readers; blocked is that copy',
      ],
    };
  },
};

async function inThisThread(count: number) {
  const detector = await loadFaceDetector(FACE_MODEL, { threads: count });
  const frame = await frameOf((await picturesWithFaces(detector))[1]!);
  const cpu = await cpuOf(() => detector.detect(frame), FRAMES);
  const startMs = performance.now();
  for (let i = 0; i < FRAMES; i++) await detector.detect(frame);
  const wall = (performance.now() - startMs) / FRAMES;
  await detector.close();
  return { where: `main thread, ${count} of ONNX Runtime’s`, cpu, wall, blocked: wall };
}

async function inWorker() {
  const detector = await loadFaceDetector(FACE_MODEL);
  const frame = await frameOf((await picturesWithFaces(detector))[1]!);
  await detector.close();
  const worker = new Worker(new URL('detector-worker-entry.mjs', import.meta.url));
  await once(worker, 'message');
  let blockedMs = 0;
  const ask = async (): Promise<void> => {
    const startMs = performance.now();
    const rgb = Uint8Array.from(frame.rgb);
    worker.postMessage({ ...frame, rgb }, [rgb.buffer]);
    blockedMs += performance.now() - startMs;
    await once(worker, 'message');
  };
  for (let i = 0; i < FRAMES; i++) await ask();
  blockedMs = 0;
  const [startMs, startCpuMs] = [performance.now(), cpuMs()];
  for (let i = 0; i < FRAMES; i++) await ask();
  const wall = (performance.now() - startMs) / FRAMES;
  const cpu = (cpuMs() - startCpuMs) / FRAMES;
  await worker.terminate();
  return { where: 'worker thread', cpu, wall, blocked: blockedMs / FRAMES };
}
