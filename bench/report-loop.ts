import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Frame } from '../src/capture/frame.ts';
import type { CascadeClassifier, Mat, OpenCv, Rect } from '../src/peers/opencv.ts';
import type { Tf } from '../src/peers/tensorflow.ts';
import { buildReportNet } from '../src/training/emotion/report-net.ts';
import { loadLayersModel } from '../src/training/layers-file.ts';
import { EMOTIONS, type EmotionScores } from '../src/vision/emotion.ts';
import type { Box } from '../src/vision/face.ts';

/** What the report's network is shown, in px. */
const SIDE = 48;

export interface ReportFace {
  readonly box: Box;
  readonly scores: EmotionScores;
}

/**
 * The real-time loop of the report that this project grew from, as it was: OpenCV's Haar cascade (scale factor 1.3, 5
 * neighbours) on the grey picture, each face cut out, brought to 48 × 48 and shown to the report's network by itself. No
 * tracks, no calibration, no smoothing. It is kept to be measured against.
 */
export class ReportLoop {
  readonly #cv: OpenCv;
  readonly #tf: Tf;
  readonly #model: LayersModel;
  readonly #cascade: CascadeClassifier;

  constructor(cv: OpenCv, tf: Tf, model: LayersModel) {
    this.#cv = cv;
    this.#tf = tf;
    this.#model = model;
    this.#cascade = new cv.CascadeClassifier(cv.HAAR_FRONTALFACE_DEFAULT);
  }

  async look(frame: Frame): Promise<ReportFace[]> {
    const cv = this.#cv;
    const colour = new cv.Mat(Buffer.from(frame.rgb), frame.height, frame.width, cv.CV_8UC3);
    const grey = colour.cvtColor(cv.COLOR_RGB2GRAY);
    colour.release();
    const { objects } = await this.#cascade.detectMultiScaleAsync(grey, 1.3, 5, 0, new cv.Size(0, 0));
    const faces = objects.map(({ x, y, width, height }) => ({
      box: { x, y, width, height },
      scores: this.#classify(grey, { x, y, width, height }),
    }));
    grey.release();
    return faces;
  }

  #classify(grey: Mat, { x, y, width, height }: Rect): EmotionScores {
    const region = grey.getRegion(new this.#cv.Rect(x, y, width, height));
    const face = region.resize(SIDE, SIDE);
    const values = Float32Array.from(face.getData(), (value) => value / 255);
    region.release();
    face.release();
    const scores = this.#tf.tidy(() => {
      const input = this.#tf.tensor4d(values, [1, SIDE, SIDE, 1]);
      return (this.#model.predict(input) as Tensor).dataSync<'float32'>();
    });
    return Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, scores[i]!])) as EmotionScores;
  }
}

/** The report's network from a folder of `npm run train -- --arch report`; without one untrained, to measure its cost. */
export function loadReportNet(tf: Tf, folder: string | undefined): Promise<LayersModel> {
  return folder === undefined ? Promise.resolve(buildReportNet(tf, 1)) : loadLayersModel(tf, folder);
}

export const UNTRAINED =
  "the report's network is untrained: what it says means nothing. `npm run train -- --arch report --data DIR --out var/report` trains it, `--model var/report/model` takes it";
