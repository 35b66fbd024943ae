import { intersectionOverUnion } from '../../vision/box-geometry.ts';
import type { Box, DetectedFace } from '../../vision/face.ts';

/** What a picture holds and what was found in it. */
export interface JudgedPicture {
  readonly faces: readonly Box[];
  /** Boxes that are neither a miss when not found nor a false alarm when found. */
  readonly ignored: readonly Box[];
  readonly found: readonly DetectedFace[];
}

/** A detection after matching; those that fell on ignored boxes are left out. */
export interface Verdict {
  readonly picture: number;
  readonly detection: DetectedFace;
  /** The face it hit, an index into the picture's `faces`; undefined is a false alarm. */
  readonly face: number | undefined;
}

/** The overlap at which a detection counts as a hit (PASCAL VOC, Everingham et al. 2010). */
export const HIT_IOU = 0.5;

/** Matches the detections of each picture in order of falling score, each face at most once. */
export function judge(pictures: readonly JudgedPicture[]): readonly Verdict[] {
  const verdicts = pictures.flatMap((picture, index) => {
    const taken = new Set<number>();
    const found = [...picture.found].sort((a, b) => b.score - a.score);
    return found.flatMap((detection): Verdict[] => {
      const best = bestOverlap(detection.box, picture.faces, taken);
      if (best.iou >= HIT_IOU) {
        taken.add(best.index);
        return [{ picture: index, detection, face: best.index }];
      }
      const onIgnored = bestOverlap(detection.box, picture.ignored, new Set()).iou >= HIT_IOU;
      return onIgnored ? [] : [{ picture: index, detection, face: undefined }];
    });
  });
  return verdicts.sort((a, b) => b.detection.score - a.detection.score);
}

function bestOverlap(box: Box, others: readonly Box[], taken: ReadonlySet<number>): { index: number; iou: number } {
  let best = { index: -1, iou: 0 };
  others.forEach((other, index) => {
    const iou = taken.has(index) ? 0 : intersectionOverUnion(box, other);
    if (iou > best.iou) best = { index, iou };
  });
  return best;
}

/**
 * Area under the precision-recall curve, precision made monotone, every point counted (PASCAL VOC 2010 and later).
 * `verdicts` in order of falling score; NaN when there is no face.
 */
export function averagePrecision(verdicts: readonly Verdict[], faceCount: number): number {
  if (faceCount === 0) return NaN;
  let hits = 0;
  const points = verdicts.map((verdict, i) => {
    if (verdict.face !== undefined) hits++;
    return { hit: verdict.face !== undefined, precision: hits / (i + 1) };
  });
  let area = 0;
  let best = 0;
  for (const { hit, precision } of points.reverse()) {
    best = Math.max(best, precision);
    if (hit) area += best;
  }
  return area / faceCount;
}

/**
 * The lowest score at which there are at most `falseAlarmsPerPicture` false alarms a picture, so that recall is as
 * high as it may be.
 */
export function thresholdAt(verdicts: readonly Verdict[], pictureCount: number, falseAlarmsPerPicture: number): number {
  const allowed = falseAlarmsPerPicture * pictureCount;
  let alarms = 0;
  let threshold = 1;
  for (const verdict of verdicts) {
    if (verdict.face === undefined && ++alarms > allowed) return threshold;
    threshold = verdict.detection.score;
  }
  return threshold;
}

/** Share of the faces between two heights in px that are hit at this score or above; NaN when there is none. */
export function recallAbove(
  pictures: readonly JudgedPicture[],
  verdicts: readonly Verdict[],
  minScore: number,
  heights: readonly [number, number] = [0, Infinity],
): number {
  const inside = (box: Box): boolean => box.height >= heights[0] && box.height < heights[1];
  const all = pictures.reduce((count, picture) => count + picture.faces.filter(inside).length, 0);
  const hit = verdicts.filter(
    ({ picture, face, detection }) =>
      face !== undefined && detection.score >= minScore && inside(pictures[picture]!.faces[face]!),
  ).length;
  return all === 0 ? NaN : hit / all;
}
