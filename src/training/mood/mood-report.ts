import type { Mood, MoodName } from '../../mood/mood.ts';
import { EMOTIONS } from '../../vision/emotion.ts';
import type { Judged, MoodFigures } from './mood-figures.ts';

export interface ReportedScene {
  readonly name: string;
  readonly figures: Readonly<Record<string, MoodFigures>>;
  /** What each way to decide said, by its name. */
  readonly rows: Readonly<Record<string, readonly Judged[]>>;
  /** The moods whose scores are drawn. */
  readonly moods: readonly Mood[];
}

const COLOURS: Readonly<Record<string, string>> = {
  angry: '#d03b2f',
  disgust: '#7c8a1c',
  fear: '#8e4fc0',
  happy: '#e0a100',
  sad: '#3273c9',
  surprise: '#d9679f',
  neutral: '#8a8a8a',
  uncertain: 'url(#uncertain)',
};

const WIDTH = 1200;
const LEFT = 110;
const BAND = 18;
const CURVES = 150;
/** So much of a long sequence is drawn. */
const SHOWN_MS = 240_000;

/** One HTML file that needs nothing else: figures, then the truth, the moods and the filter's scores over time. */
export function moodReport(scenes: readonly ReportedScene[]): string {
  const legend = EMOTIONS.map((emotion) => `<span style="color:${COLOURS[emotion]!}">■</span> ${emotion}`).join(
    ' &nbsp; ',
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mood filters</title>
<style>
:root { color-scheme: light dark; --rule: light-dark(#ddd, #444); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 84rem; margin: 1.5rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
text { fill: currentColor; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .7rem 0; }
th, td { padding: .15rem .8rem; text-align: right; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; }
</style>
<h1>Mood filters</h1>
<p>${legend} &nbsp; hatched: uncertain; empty: nobody</p>
${scenes.map(drawScene).join('\n')}
</html>
`;
}

function drawScene({ name, figures, rows, moods }: ReportedScene): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const head = ['', 'right', 'uncertain', 'right when certain', 'false changes an hour', 'median delay, s', 'p95, s'];
  const body = Object.entries(figures).map(([row, { right, uncertain, rightWhenCertain, falseChanges, delayS }]) =>
    [
      row,
      ...[right, uncertain, rightWhenCertain].map(percent),
      falseChanges.toFixed(1),
      delayS.median.toFixed(1),
      delayS.p95.toFixed(1),
    ].map((cell) => `<td>${cell}</td>`),
  );
  return `<h2>${name}</h2>
<table><tr>${head.map((title) => `<th>${title}</th>`).join('')}</tr>
${body.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n')}</table>
${drawTimes(rows, moods)}`;
}

function drawTimes(rows: ReportedScene['rows'], moods: readonly Mood[]): string {
  const startMs = moods[0]!.atMs;
  const shown = moods.filter(({ atMs }) => atMs - startMs <= SHOWN_MS);
  const spanMs = shown.at(-1)!.atMs - startMs;
  const x = (atMs: number): number => LEFT + ((atMs - startMs) / spanMs) * (WIDTH - LEFT);
  const first = Object.values(rows)[0]!;
  const truth = first.map(({ atMs, truth: mood }) => ({ atMs, mood: mood ?? null }));
  const bands = [['truth', truth] as const, ...Object.entries(rows)].map(([label, said], i) => {
    const y = i * (BAND + 6);
    const runs = runsOf(said.slice(0, shown.length)).map(
      ({ mood, fromMs, toMs }) =>
        `<rect x="${x(fromMs).toFixed(1)}" y="${y}" width="${(x(toMs) - x(fromMs)).toFixed(1)}" height="${BAND}" fill="${COLOURS[mood ?? ''] ?? 'none'}"><title>${mood ?? 'nobody'}, ${((fromMs - startMs) / 1000).toFixed(1)} s</title></rect>`,
    );
    return `<text x="0" y="${y + 13}">${label}</text>${runs.join('')}`;
  });
  const top = bands.length * (BAND + 6) + 8;
  const curves = EMOTIONS.map((emotion) => {
    const points = shown.map(
      ({ atMs, scores }) => `${x(atMs).toFixed(1)},${(top + (1 - scores[emotion]) * CURVES).toFixed(1)}`,
    );
    return `<polyline fill="none" stroke="${COLOURS[emotion]!}" stroke-width="1.3" points="${points.join(' ')}"/>`;
  });
  const height = top + CURVES + 18;
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${x(startMs + share * spanMs).toFixed(0)}" y="${height - 2}" text-anchor="${share === 1 ? 'end' : 'start'}">${((share * spanMs) / 1000).toFixed(0)} s</text>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="truth, moods and scores over time">
<defs><pattern id="uncertain" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" fill="#999"/></pattern></defs>
${bands.join('\n')}
<text x="0" y="${top + 13}">scores of</text><text x="0" y="${top + 28}">the filter</text>
${curves.join('\n')}
${times.join('')}
</svg>`;
}

function runsOf(said: readonly { readonly atMs: number; readonly mood: MoodName }[]) {
  const runs: { readonly mood: MoodName; readonly fromMs: number; toMs: number }[] = [];
  for (const { atMs, mood } of said) {
    const last = runs.at(-1);
    if (last) last.toMs = atMs;
    if (last?.mood !== mood) runs.push({ mood, fromMs: atMs, toMs: atMs });
  }
  return runs;
}
