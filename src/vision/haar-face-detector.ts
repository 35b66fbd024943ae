import { access } from 'node:fs/promises';
import type { Frame } from '../capture/frame.ts';
import { type CascadeClassifier, loadOpenCv, type OpenCv } from '../peers/opencv.ts';
import type { DetectedFace, FaceDetector } from './face.ts';
import { ModelError } from './model-error.ts';
import { asModelError } from './peer-as-model-error.ts';

export interface HaarOptions {
  /** Path of a cascade in OpenCV's XML; the frontal face cascade that OpenCV's bindings ship unless given. */
  readonly cascade?: string | undefined;
  /** How much larger each next size is that faces are looked for in; 1.3 is the report's. */
  readonly scaleFactor?: number | undefined;
  /** How many windows must agree on a face; 5 is the report's. */
  readonly minNeighbors?: number | undefined;
  readonly minScore?: number | undefined;
  /** Faces lower than this in the frame, in px, are not looked for. */
  readonly minFacePx?: number;
  /** Threads of OpenCV, in the whole process; 1 unless given. */
  readonly threads?: number;
}

/**
 * OpenCV's cascade of Haar features (Viola and Jones 2001), for faces from the front. Throws a `ModelError` when OpenCV is not
 * installed or the file holds no cascade.
 */
export async function loadHaarFaceDetector(options: HaarOptions = {}): Promise<FaceDetector> {
  const cv = openCv();
  const { cascade = cv.HAAR_FRONTALFACE_DEFAULT } = options;
  try {
    await access(cascade);
  } catch (cause) {
    throw new ModelError('missing', `${cascade}: cannot be read; a cascade is a file of OpenCV's`, { cause });
  }
  cv.setNumThreads(options.threads ?? 1);
  try {
    const detector = new HaarFaceDetector(cv, new cv.CascadeClassifier(cascade), options);
    // OpenCV opens any XML; that there is no cascade in it shows when it is used.
    await detector.detect({ camera: '', index: 0, atMs: 0, width: 64, height: 64, rgb: new Uint8Array(64 * 64 * 3) });
    return detector;
  } catch (cause) {
    throw new ModelError('bad-weights', `${cascade}: OpenCV finds no cascade in it; restore it, or name another`, {
      cause,
    });
  }
}

function openCv(): OpenCv {
  try {
    return loadOpenCv();
  } catch (error) {
    asModelError(error);
  }
}

class HaarFaceDetector implements FaceDetector {
  readonly #cv: OpenCv;
  readonly #cascade: CascadeClassifier;
  readonly #scaleFactor: number;
  readonly #minNeighbors: number;
  readonly #minScore: number;
  readonly #minFacePx: number;
  /** Cameras share a cascade, which takes one frame at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(cv: OpenCv, cascade: CascadeClassifier, options: HaarOptions) {
    this.#cv = cv;
    this.#cascade = cascade;
    this.#scaleFactor = options.scaleFactor ?? 1.3;
    this.#minNeighbors = options.minNeighbors ?? 5;
    this.#minScore = options.minScore ?? 0;
    this.#minFacePx = options.minFacePx ?? 0;
  }

  detect(frame: Frame): Promise<readonly DetectedFace[]> {
    const found = this.#last.then(() => this.#detect(frame));
    this.#last = found.catch(() => undefined);
    return found;
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #detect({ rgb, width, height }: Frame): Promise<readonly DetectedFace[]> {
    const cv = this.#cv;
    const colour = new cv.Mat(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), height, width, cv.CV_8UC3);
    const grey = colour.cvtColor(cv.COLOR_RGB2GRAY);
    colour.release();
    try {
      const size = new cv.Size(this.#minFacePx, this.#minFacePx);
      const found = await this.#cascade.detectMultiScaleAsync(grey, this.#scaleFactor, this.#minNeighbors, 0, size);
      return found.objects
        .map(({ x, y, width: w, height: h }, i) => ({
          box: { x, y, width: w, height: h },
          score: scoreOf(found.numDetections[i]!, this.#minNeighbors),
        }))
        .filter(({ score }) => score >= this.#minScore)
        .sort((a, b) => b.score - a.score);
    } catch (cause) {
      throw new ModelError('inference', `OpenCV's cascade failed on ${width}x${height} (${(cause as Error).message})`, {
        cause,
      });
    } finally {
      grey.release();
    }
  }
}

/**
 * A cascade knows no probability, only how many windows agreed on a face. Their number n becomes n / (n + minNeighbors):
 * half for what is barely a face, towards 1 the more agree.
 */
function scoreOf(windows: number, minNeighbors: number): number {
  return windows / (windows + minNeighbors);
}
