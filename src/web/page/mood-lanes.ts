import type { BinAnswer, HistoryAnswer } from '../history/history-answer.ts';
import { HELD, NAMES } from './emotions.ts';
import { paintFace } from './face.ts';

type Held = (typeof HELD)[number];

/** One place's moods over time. */
export interface Lane {
  readonly name: string;
  readonly bins: readonly (BinAnswer | null)[];
}

const LANE_PX = 44;
const NAME_PX = 26;
const FIRED_PX = 22;
const FACE_PX = 26;

export function lanesHeight(lanes: number): number {
  return FIRED_PX + lanes * (LANE_PX + NAME_PX);
}

/** The mood that held longest in a bin. */
export function leading({ held }: BinAnswer): Held | undefined {
  return HELD.filter((mood) => held[mood] !== undefined).sort((a, b) => held[b]! - held[a]!)[0];
}

/**
 * Paints moods as bands, a lane a place: each bin is a column of its moods, as high as they held for long. Where one mood
 * leads for long enough its name stands in the band, or its face, so that no colour has to be known. Rules that fired are
 * marks on top.
 */
export function paintLanes(
  canvas: HTMLCanvasElement,
  lanes: readonly Lane[],
  { fromMs, binMs, fired }: Pick<HistoryAnswer, 'fromMs' | 'binMs' | 'fired'>,
  { left, width, cursor }: { readonly left: number; readonly width: number; readonly cursor: number | undefined },
): void {
  const ratio = devicePixelRatio;
  const height = lanesHeight(lanes.length);
  canvas.width = canvas.clientWidth * ratio;
  canvas.height = height * ratio;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const bins = lanes[0]?.bins.length ?? 0;
  const columnPx = width / Math.max(1, bins);
  lanes.forEach(({ name, bins: columns }, i) => {
    const top = FIRED_PX + i * (LANE_PX + NAME_PX) + NAME_PX;
    context.fillStyle = colour('soft');
    context.font = `500 13px ${style.fontFamily}`;
    context.textBaseline = 'alphabetic';
    context.fillText(name, left, top - 8);
    context.fillStyle = colour('sunken');
    context.fillRect(left, top, width, LANE_PX);
    columns.forEach((bin, at) => {
      if (bin) paintBin(context, bin, binMs, { left: left + at * columnPx, top, width: columnPx }, colour);
    });
    context.font = `600 13px ${style.fontFamily}`;
    paintNames(context, columns, { left, top, columnPx }, colour);
  });
  for (const { atMs, outcome } of fired) {
    const x = left + ((atMs - fromMs) / binMs) * columnPx;
    paintFiring(context, x, height, outcome === 'dry_run', colour);
  }
  if (cursor === undefined) return;
  context.fillStyle = colour('ink');
  context.fillRect(left + cursor * columnPx + columnPx / 2 - 0.5, FIRED_PX, 1, height - FIRED_PX);
}

type Colour = (name: string) => string;

function paintBin(
  context: CanvasRenderingContext2D,
  { held }: BinAnswer,
  binMs: number,
  { left, top, width }: { readonly left: number; readonly top: number; readonly width: number },
  colour: Colour,
): void {
  let bottom = top + LANE_PX;
  // Neighbours must not show a seam.
  const wide = Math.ceil((left + width) * devicePixelRatio) / devicePixelRatio - left;
  for (const mood of HELD) {
    const px = (Math.min(1, (held[mood] ?? 0) / binMs) * LANE_PX) | 0 || (held[mood] === undefined ? 0 : 1);
    if (px === 0) continue;
    bottom -= px;
    context.fillStyle = colour(mood);
    if (mood === 'nobody') context.fillRect(left, bottom + px - Math.min(px, 3), wide, Math.min(px, 3));
    else if (mood === 'uncertain') hatch(context, left, bottom, wide, px);
    else context.fillRect(left, bottom, wide, px);
  }
}

/** Lines that run on from bin to bin. */
function hatch(context: CanvasRenderingContext2D, left: number, top: number, width: number, height: number): void {
  for (let y = Math.ceil(top / 5) * 5; y < top + height; y += 5) context.fillRect(left, y, width, 2);
}

function paintNames(
  context: CanvasRenderingContext2D,
  bins: readonly (BinAnswer | null)[],
  { left, top, columnPx }: { readonly left: number; readonly top: number; readonly columnPx: number },
  colour: Colour,
): void {
  context.textBaseline = 'middle';
  for (let from = 0; from < bins.length;) {
    const mood = moodAt(bins, from);
    let to = from + 1;
    while (to < bins.length && moodAt(bins, to) === mood) to++;
    const width = (to - from) * columnPx;
    if (mood && mood !== 'nobody') {
      context.fillStyle = context.strokeStyle = mood === 'uncertain' ? colour('ink') : colour('on-face');
      const x = left + from * columnPx;
      const y = top + LANE_PX / 2;
      if (context.measureText(NAMES[mood]).width <= width - 14) context.fillText(NAMES[mood], x + 7, y + 1);
      else if (width >= FACE_PX) paintFace(context, mood, [x + width / 2, y], FACE_PX);
    }
    from = to;
  }
}

function moodAt(bins: readonly (BinAnswer | null)[], at: number): Held | undefined {
  const bin = bins[at];
  return bin ? leading(bin) : undefined;
}

/** A drop above, hollow when the rule only would have acted, and a thin line through all lanes. */
function paintFiring(context: CanvasRenderingContext2D, x: number, height: number, dry: boolean, colour: Colour): void {
  context.fillStyle = context.strokeStyle = colour('ink');
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x - 5, 4);
  context.lineTo(x + 5, 4);
  context.lineTo(x, 13);
  context.closePath();
  if (dry) context.stroke();
  else context.fill();
  context.globalAlpha = 0.35;
  context.fillRect(x - 0.5, 14, 1, height - 14);
  context.globalAlpha = 1;
}
