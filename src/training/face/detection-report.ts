import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Frame } from '../../capture/frame.ts';
import type { Box } from '../../vision/face.ts';
import type { Verdict } from './average-precision.ts';
import type { LabelledPicture } from './data-set.ts';
import { PROTOCOL, type EvaluatedPictures, type Evaluation } from './evaluate-detector.ts';
import { evaluationFrame } from './evaluation-frames.ts';

/** Pictures drawn at most; each is some 40 kB. */
const MAX_DRAWN = 60;

/**
 * Writes the evaluation as one HTML file: the figures, the curve, and the pictures with most misses and false alarms.
 * It holds pictures of the data set, so it belongs outside the repository.
 */
export async function writeDetectionReport(
  path: string,
  labelled: readonly LabelledPicture[],
  evaluated: EvaluatedPictures,
): Promise<void> {
  const { evaluation, verdicts, pictures } = evaluated;
  const minScore = evaluation.thresholds.at01;
  const shown = verdicts.filter((verdict) => verdict.detection.score >= minScore);
  const faults = pictures
    .map((picture, index) => {
      const mine = shown.filter((verdict) => verdict.picture === index);
      const hit = new Set(mine.map((verdict) => verdict.face));
      const missed = picture.faces.filter((_, face) => !hit.has(face));
      return { index, mine, missed, count: missed.length + mine.filter((v) => v.face === undefined).length };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_DRAWN);
  const figures = await Promise.all(
    faults.map(async ({ index, mine, missed }) => {
      const { frame } = await evaluationFrame(labelled[index]!, PROTOCOL, PROTOCOL.minFacePx);
      return drawPicture(frame, labelled[index]!.path, mine, missed);
    }),
  );
  await writeFile(path, page(evaluation, curve(verdicts, evaluation.faces), figures));
}

async function drawPicture(
  frame: Frame,
  path: string,
  verdicts: readonly Verdict[],
  missed: readonly Box[],
): Promise<string> {
  const { width, height, rgb } = frame;
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 70 })
    .toBuffer();
  const boxes = [
    ...missed.map((box) => rectangle(box, 'missed', `${Math.round(box.height)} px`)),
    ...verdicts.map(({ detection, face }) =>
      rectangle(detection.box, face === undefined ? 'alarm' : 'hit', detection.score.toFixed(2)),
    ),
  ];
  return `<figure><svg viewBox="0 0 ${width} ${height}"><image href="data:image/jpeg;base64,${jpeg.toString('base64')}" width="${width}" height="${height}"/>${boxes.join('')}</svg><figcaption>${escapeHtml(path.split('/').at(-1) ?? path)}</figcaption></figure>`;
}

function rectangle(box: Box, kind: 'hit' | 'missed' | 'alarm', caption: string): string {
  const at = [box.x, box.y, box.width, box.height].map((v) => v.toFixed(1));
  return `<rect class="${kind}" x="${at[0]!}" y="${at[1]!}" width="${at[2]!}" height="${at[3]!}"/><text class="${kind}" x="${at[0]!}" y="${(box.y - 3).toFixed(1)}">${caption}</text>`;
}

/** Precision over recall as an SVG of 320 × 240. */
function curve(verdicts: readonly Verdict[], faces: number): string {
  let hits = 0;
  const points = verdicts.map((verdict, i) => {
    if (verdict.face !== undefined) hits++;
    return `${((hits / faces) * 300 + 10).toFixed(1)},${(230 - (hits / (i + 1)) * 220).toFixed(1)}`;
  });
  return `<svg class="curve" viewBox="0 0 320 240"><rect x="10" y="10" width="300" height="220"/><polyline points="${points.join(' ')}"/><text x="14" y="24">precision</text><text x="268" y="226">recall</text></svg>`;
}

function page(evaluation: Evaluation, curveSvg: string, figures: readonly string[]): string {
  const percent = (v: number): string => (Number.isNaN(v) ? '–' : `${(v * 100).toFixed(1)} %`);
  const rows = evaluation.byHeight.map(
    (bin) =>
      `<tr><td>${bin.heightPx} px</td><td>${bin.faces}</td><td>${percent(bin.recallAt1)}</td><td>${percent(bin.recallAt01)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Face detector</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: 0.2rem 0.8rem; text-align: right; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(24rem, 1fr)); gap: 1rem; }
figure { margin: 0; } svg { width: 100%; } .curve { max-width: 24rem; }
rect { fill: none; stroke: currentColor; stroke-width: 2; } polyline { fill: none; stroke: #06c; stroke-width: 2; }
text { font-size: 12px; fill: currentColor; }
rect.hit { stroke: #3c3; } rect.missed { stroke: #fc0; stroke-dasharray: 5 3; } rect.alarm { stroke: #f33; }
text.hit { fill: #3c3; } text.missed { fill: #fc0; } text.alarm { fill: #f33; }
</style>
<h1>Face detector</h1>
<p>${evaluation.images} pictures, ${evaluation.faces} faces of at least ${PROTOCOL.minFacePx} px in a ${PROTOCOL.width}×${PROTOCOL.height} frame:
AP50 <b>${evaluation.ap50.toFixed(3)}</b>, recall ${percent(evaluation.recallAt1)} at 1 and ${percent(evaluation.recallAt01)} at 0.1 false alarms a picture
(scores ${evaluation.thresholds.at1.toFixed(2)} and ${evaluation.thresholds.at01.toFixed(2)}); ${evaluation.msPerFrame.median.toFixed(1)} ms a frame.</p>
${curveSvg}
<table><tr><th>height</th><th>faces</th><th>recall at 1</th><th>at 0.1</th></tr>${rows.join('')}</table>
<h2>Most faults first, at 0.1 false alarms a picture: hits green, misses yellow, false alarms red</h2>
<div class="pictures">${figures.join('\n')}</div>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
