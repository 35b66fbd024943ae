// npm run report-loop: the original report's loop on a camera, a clip or the demo. Writes what it sees, with boxes and
// captions, as a clip of JPEG pictures one after the other; ffplay shows it.
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Frame } from '../src/capture/frame.ts';
import { annotatePicture } from '../src/commands/annotate-picture.ts';
import { loadOpenCv } from '../src/peers/opencv.ts';
import { loadTensorFlow } from '../src/peers/tensorflow.ts';
import { count, entryScript } from '../src/training/entry.ts';
import { strongestEmotion } from '../src/vision/observe-frame.ts';
import { demoFrames } from './demo-frames.ts';
import { loadReportNet, ReportLoop, UNTRAINED } from './report-loop.ts';

const options = entryScript(
  'npm run report-loop --',
  "The original report's loop: Haar cascade and its network, on a camera or a clip.",
)
  .option('--source <source>', 'a clip, rtsp://…, /dev/videoN or demo', 'demo')
  .requiredOption('--out <dir>', 'where clip.mjpeg goes')
  .option('--model <dir>', 'its trained network (default: an untrained one, which costs the same)')
  .option('--frames <n>', 'so many only', count)
  .parse()
  .opts();

const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort();
});

const cv = loadOpenCv();
const { tf, runsOn } = await loadTensorFlow(1);
console.error(runsOn);
if (options.model === undefined) console.error(UNTRAINED);
const loop = new ReportLoop(cv, tf, await loadReportNet(tf, options.model));
await mkdir(options.out, { recursive: true });
const clip = join(options.out, 'clip.mjpeg');
const written = createWriteStream(clip);

let frames = 0;
let withFace = 0;
let busyMs = 0;
for await (const frame of options.source === 'demo' ? demo() : captured(options.source)) {
  const startMs = performance.now();
  const faces = await loop.look(frame);
  busyMs += performance.now() - startMs;
  const captioned = faces.map((face) => {
    const emotion = strongestEmotion(face.scores);
    return { ...face, score: 1, emotion, confidence: face.scores[emotion] };
  });
  if (!written.write(await annotatePicture(frame, captioned))) await once(written, 'drain');
  if (faces.length > 0) withFace++;
  if (++frames >= (options.frames ?? Infinity) || interrupted.signal.aborted) break;
}
written.end();
await once(written, 'finish');
console.log(
  `${clip}: ${frames} frames, ${withFace} with a face, ${(busyMs / Math.max(1, frames)).toFixed(1)} ms a frame`,
);
process.exit(frames > 0 ? 0 : 1);

async function* demo(): AsyncGenerator<Frame, void, undefined> {
  for await (const { frame } of demoFrames()) yield frame;
}

/** Every frame of a clip or camera, read as the report read it: by OpenCV, one after the other. */
async function* captured(source: string): AsyncGenerator<Frame, void, undefined> {
  const capture = new cv.VideoCapture(source, source.startsWith('/dev/') ? cv.CAP_V4L2 : cv.CAP_FFMPEG);
  for (let index = 0; ; index++) {
    const mat = await capture.readAsync();
    if (mat.empty) break;
    const rgb = mat.cvtColor(cv.COLOR_BGR2RGB);
    yield { camera: source, index, atMs: Date.now(), width: mat.cols, height: mat.rows, rgb: rgb.getData() };
    mat.release();
    rgb.release();
  }
  capture.release();
}
