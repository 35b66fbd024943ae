import { setTimeout as sleep } from 'node:timers/promises';
import { encodeJpeg } from '../src/capture/encode-jpeg.ts';
import { annotatePicture } from '../src/commands/annotate-picture.ts';
import { drawFaces } from '../src/live/draw-faces.ts';
import { renderGlyphs } from '../src/live/glyphs.ts';
import { createObserver } from '../src/vision/observe-frame.ts';
import { loadEmotionClassifier } from '../src/vision/onnx-emotion-classifier.ts';
import { loadFaceDetector } from '../src/vision/onnx-face-detector.ts';
import { freePort } from '../test/fakes/free-port.ts';
import { cpuOfEach, quantile } from './cpu-clock.ts';
import { type DaemonProcess, startDaemonProcess } from './daemon-process.ts';
import { frameOf, picturesWithFaces } from './demo-pictures.ts';
import { digits, type Measurement } from './measurement.ts';
import { EMOTION_MODEL, FACE_MODEL } from './models-alone.ts';
import { usageOf } from './process-usage.ts';

/** Several, for more frames in a second. */
const CAMERAS = {
  one: { source: 'demo' },
  two: { source: 'demo' },
  three: { source: 'demo' },
  four: { source: 'demo' },
};
/** Everything takes its turn so often: what drifts then drifts for all. */
const ROUNDS = 10;
const PHASES = ['nobody', 'page', 'live'] as const;
/** Last, for what a live view leaves to the garbage collector would be counted to the others. */
const LIVE_ROUNDS = Array.from({ length: 5 }, () => 'live' as const);
type Phase = (typeof PHASES)[number];

interface Used {
  readonly cpuMs: number;
  readonly frames: number;
}

/** What an open page, and a live view, add to the daemon's CPU a frame. */
export const page: Measurement = {
  name: 'page',
  title: 'CPU ms a frame with the page open, and a live view on it',
  async run({ seconds }) {
    const port = await freePort();
    const others = { privacy: { frames: 'live' }, web: { port, live_view: true, live_view_fps: 30 } };
    const without = await startDaemonProcess(CAMERAS);
    const withPage = await startDaemonProcess(CAMERAS, {}, {}, others);
    const costs: Record<Phase | 'without', number[]> = { without: [], nobody: [], page: [], live: [] };
    // The first frames find caches cold and code not yet compiled.
    await sleep(3000);
    for (const phase of [...Array.from({ length: ROUNDS }, () => ['nobody', 'page'] as const).flat(), ...LIVE_ROUNDS]) {
      const close = await visit(phase, `http://127.0.0.1:${port}`);
      await sleep(200);
      const before = await Promise.all([usedBy(without), usedBy(withPage)]);
      await sleep((seconds * 1000) / ROUNDS);
      const after = await Promise.all([usedBy(without), usedBy(withPage)]);
      close();
      const [beside, own] = after.map((now, of) => costOf(before[of]!, now)) as [number, number];
      costs[phase].push(own);
      if (phase !== 'live') costs.without.push(beside);
    }
    await Promise.all([without.stop(), withPage.stop()]);
    const nobody = quantile(costs.nobody, 0.5);
    const figures = (['without', ...PHASES] as const).map((what) => {
      const cpuMs = quantile(costs[what], 0.5);
      return { what, cpuMs, ratio: cpuMs / nobody };
    });
    const pictures = await pictureCosts();
    return {
      figures: { daemon: figures, pictures },
      rows: figures.map(({ what, cpuMs, ratio }) => ({
        page: { without: 'switched off', nobody: 'open nowhere', page: 'open', live: 'open, with a live view' }[what],
        'CPU ms a frame': digits(cpuMs),
        'beside open nowhere': digits(ratio, 3),
      })),
      notes: [
        `medians of ${ROUNDS} rounds; the live view is of all cameras, and of every frame`,
        'switched off is another process, in which the same code may be a tenth slower or faster by chance',
        ...pictures.map(
          ({ faces, drawn, bare, laidOver }) =>
            `a picture of 640×480 px with ${faces} faces: ${digits(drawn)} ms with the faces drawn in, ${digits(bare)} bare, ${digits(laidOver)} with SVG and text laid over`,
        ),
      ],
    };
  },
};

function costOf(before: Used, after: Used): number {
  return (after.cpuMs - before.cpuMs) / (after.frames - before.frames);
}

async function usedBy(daemon: DaemonProcess): Promise<Used> {
  const { cameras } = await daemon.health();
  const { cpuMs } = await usageOf(daemon.pid);
  return { cpuMs, frames: Object.values(cameras).reduce((sum, { frames }) => sum + frames.seen, 0) };
}

/** Does what a browser does, and reads what comes; the function that comes back closes it. */
async function visit(phase: Phase, url: string): Promise<() => void> {
  const leaving = new AbortController();
  if (phase === 'nobody') return () => undefined;
  const read = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
    const { body, status } = await fetch(`${url}${path}`, { headers, signal: leaving.signal });
    if (status !== 200) throw new Error(`${path}: ${status}`);
    await body!.pipeTo(new WritableStream());
  };
  const stream = (path: string, headers?: Record<string, string>): void => {
    read(path, headers).catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error;
    });
  };
  await read('/');
  await read('/api/state');
  stream('/api/events');
  if (phase === 'live') {
    const allowed = await fetch(`${url}/api/live`, { method: 'POST' });
    const cookie = allowed.headers.get('set-cookie')!.split(';')[0]!;
    for (const camera of Object.keys(CAMERAS)) stream(`/api/live/${camera}`, { cookie });
  }
  return () => {
    leaving.abort();
  };
}

/** CPU ms of one picture, by three ways to show what was seen in it. */
async function pictureCosts() {
  const detector = await loadFaceDetector(FACE_MODEL);
  const classifier = await loadEmotionClassifier(EMOTION_MODEL);
  const glyphs = await renderGlyphs(16);
  const costs = [];
  for (const jpeg of await picturesWithFaces(detector)) {
    const frame = await frameOf(jpeg);
    const canvas = new Uint8Array(frame.rgb.length);
    const observe = createObserver(detector, classifier);
    let { faces } = await observe(frame);
    // A face counts when it was seen some times.
    for (let i = 1; i < 8; i++) ({ faces } = await observe({ ...frame, atMs: i * 200 }));
    const [drawn, bare, laidOver] = (await cpuOfEach([
      () => encodeJpeg(drawFaces({ frame, faces }, glyphs, canvas)),
      () => encodeJpeg(frame),
      () => annotatePicture(frame, faces),
    ])) as [number, number, number];
    costs.push({ faces: faces.length, drawn, bare, laidOver });
  }
  await Promise.all([detector.close(), classifier.close()]);
  return costs;
}
