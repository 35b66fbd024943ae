import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The figures of one epoch; `epoch` counts from 1. */
export type EpochFigures = { readonly epoch: number } & Readonly<Record<string, number>>;

/** One diagram of `training.html`: a title, and the figures that are drawn in it. */
export interface Panel {
  readonly title: string;
  readonly figures: readonly string[];
}

/**
 * Notes an epoch in `folder`: a line of JSON in `log.ndjson`, and `training.html` drawn anew from all lines. An epoch
 * that was trained again after a break replaces its older line in the drawing. Without `panels`, figures are sorted into
 * losses, accuracies and others by their names.
 */
export async function recordEpoch(
  folder: string,
  title: string,
  figures: EpochFigures,
  panels?: readonly Panel[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'log.ndjson');
  await appendFile(log, `${JSON.stringify(figures)}\n`);
  await writeCurves(join(folder, 'training.html'), { title, epochs: await readEpochs(log), ...(panels && { panels }) });
}

/** The epochs of a log, in order, the newest line of each. */
export async function readEpochs(path: string): Promise<EpochFigures[]> {
  const epochs = new Map<number, EpochFigures>();
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    if (line.trim() === '') continue;
    const figures = JSON.parse(line) as EpochFigures;
    epochs.set(figures.epoch, figures);
  }
  return [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
}

export interface Curves {
  readonly title: string;
  readonly epochs: readonly Readonly<Record<string, number>>[];
  readonly panels?: readonly Panel[];
}

/** Writes the curves as one HTML file that needs nothing else; it is replaced in one step. */
export async function writeCurves(path: string, curves: Curves): Promise<void> {
  await writeFile(`${path}.partial`, renderCurves(curves));
  await rename(`${path}.partial`, path);
}

const WIDTH = 640;
const HEIGHT = 260;
const MARGIN = { left: 52, right: 12, top: 12, bottom: 28 };
const COLOURS = ['var(--a)', 'var(--b)', 'var(--c)', 'var(--d)'];

/** The page itself: a diagram a panel and a table of all figures, in the reader's light or dark colours. */
export function renderCurves({ title, epochs, panels = sortIntoPanels(epochs) }: Curves): string {
  const drawn = panels.filter(({ figures }) => figures.some((name) => epochs.some((epoch) => name in epoch)));
  const columns = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch)))];
  const rows = epochs.map((epoch) => `<tr>${columns.map((c) => `<td>${format(epoch[c])}</td>`).join('')}</tr>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="30">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; --a: light-dark(#0b62c4, #6db3ff); --b: light-dark(#b3470b, #ff9d5c); --c: light-dark(#1b7a3d, #6fd693); --d: light-dark(#7a3fb0, #c79bf2); --rule: light-dark(#ddd, #444); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 84rem; margin: 1.5rem auto; padding: 0 1rem; }
main { display: flex; flex-wrap: wrap; gap: 1.5rem; }
figure { margin: 0; flex: 1 1 30rem; }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; }
text { fill: currentColor; }
.rule { stroke: var(--rule); }
.line { fill: none; stroke-width: 2; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: 1.5rem; display: block; overflow-x: auto; }
th, td { padding: .15rem .7rem; text-align: right; border-bottom: 1px solid var(--rule); }
</style>
<h1>${escape(title)}</h1>
<main>
${drawn.map((panel) => drawPanel(panel, epochs)).join('\n')}
</main>
<table>
<thead><tr>${columns.map((c) => `<th>${escape(c)}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</html>
`;
}

function sortIntoPanels(epochs: Curves['epochs']): Panel[] {
  const names = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch)))].filter((name) => name !== 'epoch');
  const losses = names.filter((name) => /loss/i.test(name));
  const accuracies = names.filter((name) => /acc|ferPlus|f1|recall|iou|ap50/i.test(name) && !losses.includes(name));
  const rates = names.filter((name) => /learningRate/i.test(name));
  return [
    { title: 'Loss', figures: losses },
    { title: 'Accuracy', figures: accuracies },
    { title: 'Learning rate', figures: rates },
  ];
}

function drawPanel({ title, figures }: Panel, epochs: Curves['epochs']): string {
  const series = figures.map((name, i) => ({
    name,
    colour: COLOURS[i % COLOURS.length]!,
    points: epochs.flatMap((epoch, k) => {
      const value = epoch[name];
      return value !== undefined && Number.isFinite(value) ? [{ epoch: epoch['epoch'] ?? k + 1, value }] : [];
    }),
  }));
  const all = series.flatMap(({ points }) => points);
  const ticks = roundTicks(...span(all.map(({ value }) => value)));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const [first, last] = span(all.map(({ epoch }) => epoch));
  const x = (epoch: number): number =>
    MARGIN.left + ((epoch - first) / (last - first)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number): number =>
    HEIGHT - MARGIN.bottom - ((value - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const rules = ticks.map((value) => {
    return `<line class="rule" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text x="${MARGIN.left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${format(value)}</text>`;
  });
  const lines = series.map(({ name, colour, points }) => {
    const path = points.map(({ epoch, value }) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const dots = points.map(
      ({ epoch, value }) =>
        `<circle cx="${x(epoch).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="${colour}"><title>${escape(name)}, epoch ${epoch}: ${format(value)}</title></circle>`,
    );
    return `<polyline class="line" stroke="${colour}" points="${path}"/>${dots.join('')}`;
  });
  const ends = [first, last].map(
    (epoch, i) =>
      `<text x="${x(epoch).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="${i === 0 ? 'start' : 'end'}">epoch ${format(epoch)}</text>`,
  );
  const legend = series.map(({ name, colour, points }) => {
    const latest = points.at(-1);
    return `<span style="color:${colour}">■</span> ${escape(name)}${latest ? ` ${format(latest.value)}` : ''}`;
  });
  return `<figure><figcaption><strong>${escape(title)}</strong> ${legend.join(' &nbsp; ')}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)} by epoch">${rules.join('')}${lines.join('')}${ends.join('')}</svg></figure>`;
}

/** Least and greatest value, never equal. */
function span(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low > high) return [0, 1];
  return low === high ? [low, low + (Math.abs(low) || 1)] : [low, high];
}

/** Three to seven round values (1, 2 or 5 times a power of ten apart) that enclose the span. */
function roundTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function format(value: number | undefined): string {
  if (value === undefined) return '';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
