import { decodePicture } from '../src/capture/decode-picture.ts';
import type { OpenCv } from '../src/peers/opencv.ts';
import { readEmotionCard } from '../src/vision/emotion-card.ts';
import { readFaceCard } from '../src/vision/face-card.ts';
import { inputLength, renderFace } from '../src/vision/face-input.ts';
import { createLetterbox } from '../src/vision/letterbox.ts';
import { cpuOf } from './cpu-clock.ts';
import { readDemoClip } from '../src/capture/demo-camera.ts';
import { EMOTION_MODEL, FACE_MODEL } from './models-alone.ts';

/** CPU ms of the two preparations, moodstat's own and OpenCV's. */
export interface Preparing {
  readonly fitFrame: { readonly moodstat: number; readonly openCv: number };
  readonly cropFace: { readonly moodstat: number; readonly openCv: number };
}

/**
 * What it costs to fit a frame into the detector's input and to cut out a face, by moodstat's own code and by OpenCV. OpenCV is
 * let off lightly: it only resizes (and turns the face grey), and need not bring the values into the network's range.
 */
export async function comparePreparing(cv: OpenCv): Promise<Preparing> {
  const { pictures } = await readDemoClip();
  const { rgb, width, height } = await decodePicture(pictures[12]!);
  const frame = { camera: 'bench', index: 0, atMs: 0, width, height, rgb };
  const bytes = Buffer.from(rgb);
  const letterbox = createLetterbox(frame, (await readFaceCard(FACE_MODEL)).input);
  const input = new Float32Array(letterbox.length);
  const { placement } = letterbox;
  const [rows, cols] = [Math.round(height * placement.scale), Math.round(width * placement.scale)];
  const { input: face } = await readEmotionCard(EMOTION_MODEL);
  const square = { x: width / 2 - 90, y: height / 2 - 90, size: 180 };
  const crop = new Float32Array(inputLength(face));
  return {
    fitFrame: {
      moodstat: await cpuOf(() => {
        letterbox.render(frame, input);
      }),
      openCv: await cpuOf(() => {
        const mat = new cv.Mat(bytes, height, width, cv.CV_8UC3);
        const small = mat.resize(rows, cols, 0, 0, cv.INTER_AREA);
        small.getData();
        small.release();
        mat.release();
      }),
    },
    cropFace: {
      moodstat: await cpuOf(() => {
        renderFace(frame, square, face, crop, 0);
      }),
      openCv: await cpuOf(() => {
        const mat = new cv.Mat(bytes, height, width, cv.CV_8UC3);
        const region = mat.getRegion(new cv.Rect(square.x, square.y, square.size, square.size));
        const small = region.resize(face.height, face.width, 0, 0, cv.INTER_AREA);
        const grey = small.cvtColor(cv.COLOR_RGB2GRAY);
        grey.getData();
        for (const each of [grey, small, region, mat]) each.release();
      }),
    },
  };
}
