import type { FaceDetector } from '../../vision/face.ts';
import {
  averagePrecision,
  judge,
  recallAbove,
  thresholdAt,
  type JudgedPicture,
  type Verdict,
} from './average-precision.ts';
import type { LabelledPicture } from './data-set.ts';
import { evaluationFrame } from './evaluation-frames.ts';

/** What figures are compared by: a VGA camera, faces from 32 px on. */
export const PROTOCOL = { width: 640, height: 480, minFacePx: 32 } as const;

/** Heights of faces in px of the frame, by which recall is told apart. */
export const HEIGHT_BINS: readonly (readonly [number, number])[] = [
  [16, 32],
  [32, 48],
  [48, 96],
  [96, Infinity],
];

export interface Evaluation {
  readonly images: number;
  readonly faces: number;
  readonly ap50: number;
  readonly recallAt1: number;
  readonly recallAt01: number;
  /** Scores at which there are 1 and 0.1 false alarms a picture. */
  readonly thresholds: { readonly at1: number; readonly at01: number };
  readonly byHeight: readonly {
    readonly heightPx: string;
    readonly faces: number;
    readonly recallAt1: number;
    readonly recallAt01: number;
  }[];
  readonly msPerFrame: { readonly median: number; readonly p95: number };
}

export interface EvaluatedPictures {
  readonly evaluation: Evaluation;
  readonly pictures: readonly JudgedPicture[];
  readonly verdicts: readonly Verdict[];
}

export interface EvaluationOptions {
  /** The same detector at the product's score: hundreds of faint candidates cost time that the daemon never spends. */
  readonly timed?: FaceDetector;
  readonly onPicture?: (done: number) => void;
}

/**
 * Runs a detector over labelled pictures by the protocol. The detector should report down to a score near zero, else
 * the figures end where its threshold lies. Faces below 32 px are ignored, except in their own row of `byHeight`.
 */
export async function evaluateDetector(
  detector: FaceDetector,
  labelled: readonly LabelledPicture[],
  { timed = detector, onPicture }: EvaluationOptions = {},
): Promise<EvaluatedPictures> {
  const pictures: JudgedPicture[] = [];
  const smallToo: JudgedPicture[] = [];
  const times: number[] = [];
  for (const picture of labelled) {
    const { frame, faces, ignored } = await evaluationFrame(picture, PROTOCOL, PROTOCOL.minFacePx);
    const found = await detector.detect(frame);
    const startedMs = performance.now();
    await timed.detect(frame);
    times.push(performance.now() - startedMs);
    pictures.push({ faces, ignored, found });
    const [lowest] = HEIGHT_BINS[0]!;
    smallToo.push({
      faces: [...faces, ...ignored.filter((box) => box.height >= lowest)],
      ignored: ignored.filter((box) => box.height < lowest),
      found,
    });
    onPicture?.(pictures.length);
  }
  const verdicts = judge(pictures);
  const verdictsSmallToo = judge(smallToo);
  const count = (range: readonly [number, number], from: readonly JudgedPicture[]): number =>
    from.reduce((n, p) => n + p.faces.filter((box) => box.height >= range[0] && box.height < range[1]).length, 0);
  const at1 = thresholdAt(verdicts, pictures.length, 1);
  const at01 = thresholdAt(verdicts, pictures.length, 0.1);
  const faceCount = count([0, Infinity], pictures);
  times.sort((a, b) => a - b);
  const evaluation: Evaluation = {
    images: pictures.length,
    faces: faceCount,
    ap50: averagePrecision(verdicts, faceCount),
    recallAt1: recallAbove(pictures, verdicts, at1),
    recallAt01: recallAbove(pictures, verdicts, at01),
    thresholds: { at1, at01 },
    byHeight: HEIGHT_BINS.map((range) => ({
      heightPx: range[1] === Infinity ? `${range[0]}+` : `${range[0]}-${range[1]}`,
      faces: count(range, smallToo),
      recallAt1: recallAbove(smallToo, verdictsSmallToo, at1, range),
      recallAt01: recallAbove(smallToo, verdictsSmallToo, at01, range),
    })),
    msPerFrame: {
      median: times[times.length >> 1] ?? NaN,
      p95: times[Math.floor(times.length * 0.95)] ?? NaN,
    },
  };
  return { evaluation, pictures, verdicts };
}
