import { createRequire } from 'node:module';
import { INSTALL, isInstalled, requirePeer } from './peer.ts';

const PACKAGE = '@u4/opencv4nodejs';

// As much of @u4/opencv4nodejs as we use. Its own types come with the package, which is not there where it is not wanted.

/** An OpenCV matrix; pixels are rows × cols × channels, tightly packed, and blue comes first where OpenCV made it. */
export interface Mat {
  readonly rows: number;
  readonly cols: number;
  readonly empty: boolean;
  cvtColor(code: number): Mat;
  resize(rows: number, cols: number, fx?: number, fy?: number, interpolation?: number): Mat;
  getRegion(region: object): Mat;
  /** A copy of the pixels. */
  getData(): Buffer;
  /** Frees the pixels without waiting for the garbage collector, which does not see them. */
  release(): void;
}

export interface VideoCapture {
  /** The next frame, decoded off the event loop; an empty one, or a rejection, at the end. */
  readAsync(): Promise<Mat>;
  get(property: number): number;
  release(): void;
}

export interface CascadeClassifier {
  detectMultiScaleAsync(
    grey: Mat,
    scaleFactor: number,
    minNeighbors: number,
    flags: number,
    minSize: object,
  ): Promise<{ readonly objects: readonly Rect[]; readonly numDetections: readonly number[] }>;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface OpenCv {
  readonly version: { readonly major: number; readonly minor: number; readonly revision: number };
  readonly Mat: new (data: Buffer, rows: number, cols: number, type: number) => Mat;
  readonly Size: new (width: number, height: number) => object;
  readonly Rect: new (x: number, y: number, width: number, height: number) => object;
  /** Opens the source before it returns, however long that takes; throws when it cannot be opened. */
  readonly VideoCapture: new (source: string, api: number) => VideoCapture;
  /** Throws when the file holds no cascade. */
  readonly CascadeClassifier: new (file: string) => CascadeClassifier;
  /** Path of the frontal face cascade that comes with the package. */
  readonly HAAR_FRONTALFACE_DEFAULT: string;
  readonly CV_8UC1: number;
  readonly CV_8UC3: number;
  readonly COLOR_BGR2RGB: number;
  readonly COLOR_RGB2GRAY: number;
  readonly INTER_AREA: number;
  readonly CAP_FFMPEG: number;
  readonly CAP_V4L2: number;
  readonly CAP_PROP_POS_MSEC: number;
  readonly CAP_PROP_FPS: number;
  setNumThreads(threads: number): void;
  /** Whether V8 is told of the memory of matrices. */
  isCustomMatAllocatorEnabled(): boolean;
}

/** Loads OpenCV's bindings. Throws a `PeerError` with the install line when they are not there, or do not load. */
export function loadOpenCv(): OpenCv {
  // Without it the package looks for an OpenCV that it would have built itself.
  process.env['OPENCV4NODEJS_DISABLE_AUTOBUILD'] ??= '1';
  // It would tell V8 of the memory of every matrix, and of those that V8 collects in the middle of that collection: Node 20
  // was seen to end there ("Check failed: marking_done_"). Matrices are released by hand, so V8 need not know of them.
  process.env['OPENCV4NODEJS_DISABLE_EXTERNAL_MEM_TRACKING'] ??= '1';
  if (isInstalled(PACKAGE)) silenceBuilder();
  return (requirePeer(PACKAGE, INSTALL.opencv) as { readonly cv: OpenCv }).cv;
}

/** The package asks the one that builds it for settings, which tells of that on standard output, where pictures may go. */
function silenceBuilder(): void {
  const require = createRequire(createRequire(import.meta.url).resolve(PACKAGE));
  (require('@u4/opencv-build') as { Log: { silence: boolean } }).Log.silence = true;
}
