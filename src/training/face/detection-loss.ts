import { efficientIouLoss, varifocalLoss } from './box-loss.ts';
import type { CropLabels } from './sample-crop.ts';

/** One level's raw outputs for a batch: [batch, rows, columns, 5]. */
export interface LevelOutput {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export interface DetectionLoss {
  readonly score: number;
  readonly box: number;
  /** Mean IoU of the locations that were given a face, weighted by their quality. */
  readonly iou: number;
  /** Derivatives of `score + BOX_WEIGHT * box` by every raw output, a list as long as the levels. */
  readonly gradients: readonly Float32Array[];
}

/** As in PP-YOLOE (Xu et al. 2022). */
export const BOX_WEIGHT = 2.5;
/** exp() of the raw distances is held inside; the gradient vanishes beyond. */
const MAX_LOG_DISTANCE = 3;
const MIN_LOG_DISTANCE = -4;

/** Task-aligned assignment (Feng et al. 2021, TOOD): score^1 · IoU^6, the best locations a face. */
const IOU_POWER = 6;
const TOP_LOCATIONS = 10;
/** A stride sees faces of 1 to 10 of its cells; the largest stride also larger ones. */
const MIN_CELLS = 1;
const MAX_CELLS = 10;

interface Candidate {
  readonly level: number;
  readonly location: number;
  readonly iou: number;
  readonly alignment: number;
}

interface Claim {
  readonly face: number;
  readonly iou: number;
  quality: number;
}

/**
 * Loss of a batch, with its derivatives worked out here: a few thousand locations a picture are nothing beside the
 * convolutions, and so the assignment may depend on the predictions without leaving TypeScript.
 */
export function detectionLoss(levels: readonly LevelOutput[], labels: readonly CropLabels[]): DetectionLoss {
  const gradients = levels.map((level) => new Float32Array(level.values.length));
  const claims = labels.map((label, picture) => assign(levels, label, picture));
  let total = 0;
  for (const perLevel of claims)
    for (const level of perLevel) for (const claim of level.values()) total += claim.quality;
  const norm = 1 / Math.max(1, total);
  let score = 0;
  let box = 0;
  let iou = 0;
  const distances = new Float64Array(4);
  const targets = new Float64Array(4);
  const slope = new Float64Array(4);
  labels.forEach((label, picture) => {
    levels.forEach((level, l) => {
      const { rows, columns, stride, values } = level;
      const gradient = gradients[l]!;
      const ignored = ignoredLocations(level, label);
      const claimed = claims[picture]![l]!;
      for (let location = 0; location < rows * columns; location++) {
        const at = (picture * rows * columns + location) * 5;
        const claim = claimed.get(location);
        if (!claim && ignored[location] === 1) continue;
        const scored = varifocalLoss(values[at]!, claim?.quality ?? 0);
        score += scored.loss;
        gradient[at] = scored.gradient * norm;
        if (!claim) continue;
        readDistances(values, at + 1, distances);
        targetDistances(label.faces[claim.face]!, location, columns, stride, targets);
        const boxed = efficientIouLoss(distances, 0, targets, 0, slope);
        box += boxed.loss * claim.quality;
        iou += boxed.iou * claim.quality;
        for (let i = 0; i < 4; i++) {
          const raw = values[at + 1 + i]!;
          if (raw > MIN_LOG_DISTANCE && raw < MAX_LOG_DISTANCE)
            gradient[at + 1 + i] = BOX_WEIGHT * slope[i]! * distances[i]! * claim.quality * norm;
        }
      }
    });
  });
  return { score: score * norm, box: box * norm, iou: total > 0 ? iou / total : 0, gradients };
}

function readDistances(values: Float32Array, at: number, out: Float64Array): void {
  for (let i = 0; i < 4; i++)
    out[i] = Math.exp(Math.min(MAX_LOG_DISTANCE, Math.max(MIN_LOG_DISTANCE, values[at + i]!)));
}

/** From the centre of a location to the sides of a face, in strides. */
function targetDistances(
  face: readonly [number, number, number, number],
  location: number,
  columns: number,
  stride: number,
  out: Float64Array,
): void {
  const x = (location % columns) + 0.5;
  const y = Math.floor(location / columns) + 0.5;
  out[0] = x - face[0] / stride;
  out[1] = y - face[1] / stride;
  out[2] = face[2] / stride - x;
  out[3] = face[3] / stride - y;
}

/** For one picture: which locations of each level answer for which face, and the quality their score is drawn to. */
function assign(levels: readonly LevelOutput[], label: CropLabels, picture: number): Map<number, Claim>[] {
  const claims = levels.map(() => new Map<number, Claim>());
  label.faces.forEach((face, faceIndex) => {
    const candidates = levels.flatMap((level, l) => candidatesOf(level, l, l === levels.length - 1, face, picture));
    candidates.sort((a, b) => b.alignment - a.alignment);
    const best = candidates.slice(0, TOP_LOCATIONS);
    const bestAlignment = best[0]?.alignment ?? 0;
    const bestIou = best.reduce((most, c) => Math.max(most, c.iou), 0);
    for (const candidate of best) {
      const level = claims[candidate.level]!;
      const other = level.get(candidate.location);
      if (other && other.iou >= candidate.iou) continue;
      const quality = bestAlignment > 0 ? (candidate.alignment / bestAlignment) * bestIou : 0;
      level.set(candidate.location, { face: faceIndex, iou: candidate.iou, quality: Math.max(quality, 1e-3) });
    }
  });
  return claims;
}

function candidatesOf(
  level: LevelOutput,
  index: number,
  last: boolean,
  face: readonly [number, number, number, number],
  picture: number,
): Candidate[] {
  const { rows, columns, stride, values } = level;
  const size = Math.sqrt((face[2] - face[0]) * (face[3] - face[1])) / stride;
  if (index > 0 && size < MIN_CELLS) return [];
  if (!last && size > MAX_CELLS) return [];
  const found: Candidate[] = [];
  const distances = new Float64Array(4);
  const targets = new Float64Array(4);
  const firstRow = Math.max(0, Math.ceil(face[1] / stride - 0.5));
  const lastRow = Math.min(rows - 1, Math.floor(face[3] / stride - 0.5));
  const firstColumn = Math.max(0, Math.ceil(face[0] / stride - 0.5));
  const lastColumn = Math.min(columns - 1, Math.floor(face[2] / stride - 0.5));
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const location = row * columns + column;
      targetDistances(face, location, columns, stride, targets);
      if (Math.min(targets[0]!, targets[1]!, targets[2]!, targets[3]!) <= 0.01) continue;
      const at = (picture * rows * columns + location) * 5;
      readDistances(values, at + 1, distances);
      const iou = overlap(distances, targets);
      const score = 1 / (1 + Math.exp(-values[at]!));
      found.push({ level: index, location, iou, alignment: score * Math.pow(iou, IOU_POWER) });
    }
  }
  return found;
}

function overlap(a: Float64Array, b: Float64Array): number {
  const width = Math.min(a[0]!, b[0]!) + Math.min(a[2]!, b[2]!);
  const height = Math.min(a[1]!, b[1]!) + Math.min(a[3]!, b[3]!);
  const both = width * height;
  return both / ((a[0]! + a[2]!) * (a[1]! + a[3]!) + (b[0]! + b[2]!) * (b[1]! + b[3]!) - both);
}

/** Locations whose cell touches something that is neither face nor background. */
function ignoredLocations(level: LevelOutput, label: CropLabels): Uint8Array {
  const { rows, columns, stride } = level;
  const ignored = new Uint8Array(rows * columns);
  for (const [x1, y1, x2, y2] of label.ignored) {
    // What is tiny beside the stride's cells looks like background there, and is.
    if (y2 - y1 < 0.3 * stride) continue;
    const lastRow = Math.min(rows - 1, Math.floor(y2 / stride));
    const lastColumn = Math.min(columns - 1, Math.floor(x2 / stride));
    for (let row = Math.max(0, Math.floor(y1 / stride)); row <= lastRow; row++)
      for (let column = Math.max(0, Math.floor(x1 / stride)); column <= lastColumn; column++)
        ignored[row * columns + column] = 1;
  }
  return ignored;
}
