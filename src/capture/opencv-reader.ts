// A program, not a module: reads one source through OpenCV and writes its frames as PPM pictures to standard output. It is a
// process of its own because OpenCV opens a source before it returns and a camera that is not there takes half a minute:
// in the daemon, that would stop every other camera. Its settings are a line of JSON on standard input, out of sight of
// `ps`; when that input ends, so does it.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadOpenCv, type Mat, type OpenCv, type VideoCapture } from '../peers/opencv.ts';
import { PeerError } from '../peers/peer.ts';
import { inputKind } from './ffmpeg-arguments.ts';
import { createRateLimit } from './limit-rate.ts';
import { OPENCV_MISSING, type OpenCvReaderSettings } from './opencv-reader-settings.ts';

const input = createInterface({ input: process.stdin });
const [line] = (await once(input, 'line')) as [string];
input.once('close', () => process.exit());
const settings = JSON.parse(line) as OpenCvReaderSettings;

try {
  await read(loadOpenCv(), settings);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof PeerError ? OPENCV_MISSING : 1);
}

async function read(cv: OpenCv, { source, fps, widthPx, loop }: OpenCvReaderSettings): Promise<void> {
  const kind = inputKind(source);
  // As with ffmpeg: many cameras' own times jump, so theirs is the clock's.
  const live = kind === 'device' || /^rtsps?:/i.test(source);
  const api = kind === 'device' ? cv.CAP_V4L2 : cv.CAP_FFMPEG;
  do {
    const capture = new cv.VideoCapture(source, api);
    const isDue = createRateLimit(fps);
    const startedMs = performance.now();
    let frames = 0;
    for (let mat = await next(capture); mat !== undefined; mat = await next(capture)) {
      const atMs = live ? performance.now() - startedMs : positionMs(cv, capture, frames);
      frames++;
      if (isDue(atMs)) {
        // A file plays in real time, as a camera would.
        const waitMs = startedMs + atMs - performance.now();
        if (kind === 'file' && waitMs > 0) await sleep(waitMs);
        await write(encode(cv, mat, widthPx));
      }
      mat.release();
    }
    capture.release();
    if (frames === 0) throw new Error('OpenCV finds no frames in it');
  } while (kind === 'file' && loop);
}

/** Undefined at the end. */
async function next(capture: VideoCapture): Promise<Mat | undefined> {
  const mat = await capture.readAsync();
  return mat.empty ? undefined : mat;
}

/** When the frame that was read last is shown, from the clip's beginning on; what has no times has a steady rate. */
function positionMs(cv: OpenCv, capture: VideoCapture, index: number): number {
  const position = capture.get(cv.CAP_PROP_POS_MSEC);
  return position > 0 || index === 0 ? position : (index * 1000) / (capture.get(cv.CAP_PROP_FPS) || 25);
}

/** The frame as a PPM picture, no wider than wanted, of the size that ffmpeg would give it. */
function encode(cv: OpenCv, mat: Mat, widthPx: number): Buffer {
  const { rows, cols } = mat;
  const width = Math.min(widthPx, cols);
  const height = width === cols ? rows : Math.max(2, 2 * Math.round((rows * width) / cols / 2));
  const scaled = width === cols ? mat : mat.resize(height, width, 0, 0, cv.INTER_AREA);
  const rgb = scaled.cvtColor(cv.COLOR_BGR2RGB);
  const picture = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), rgb.getData()]);
  rgb.release();
  if (scaled !== mat) scaled.release();
  return picture;
}

/** Resolves when the picture is on its way: a source that is read faster than it is looked at waits. */
async function write(picture: Buffer): Promise<void> {
  if (!process.stdout.write(picture)) await once(process.stdout, 'drain');
}
