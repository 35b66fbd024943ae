import sharp from 'sharp';
import { EMOTIONS } from '../../vision/emotion.ts';
import { SIDE, type LabelledPicture } from './data-set.ts';
import { reliabilityBins, strongest, type Figures, type Judged, type ReliabilityBin } from './figures.ts';

/** One measured set of pictures: whose labels, which head. */
export interface ReportPart {
  readonly title: string;
  readonly figures: Figures;
  readonly judged: readonly Judged[];
  readonly pictures: readonly LabelledPicture[];
}

export interface RobustnessRow {
  readonly name: string;
  readonly accuracy: number;
  readonly macroF1: number;
}

const MISTAKES = 40;

/** The evaluation as one HTML file with pictures inside; keep it private, as the data set's pictures are. */
export async function evaluationReport(
  title: string,
  parts: readonly ReportPart[],
  robustness: readonly RobustnessRow[],
): Promise<string> {
  const sections = await Promise.all(parts.map(section));
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style>
<h1>${escaped(title)}</h1>
${sections.join('\n')}
${robustness.length === 0 ? '' : `<h2>Robustness</h2>${robustnessTable(robustness)}`}
`;
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.25rem .6rem;text-align:right}th:first-child{text-align:left}
.mistakes{display:flex;flex-wrap:wrap;gap:.6rem}figure{margin:0;width:6.5rem;font-size:.75rem}img{width:6rem;image-rendering:pixelated}
svg{max-width:26rem;display:block}svg text{font:11px system-ui;fill:currentColor}`;

async function section({ title, figures, judged, pictures }: ReportPart): Promise<string> {
  return `<h2>${escaped(title)}</h2>
<p>${figures.images} pictures, accuracy <b>${percent(figures.accuracy)}</b>, macro-F1 <b>${figures.macroF1.toFixed(3)}</b>, calibration error <b>${figures.ece.toFixed(3)}</b></p>
<h3>Confusion</h3>${confusionTable(figures)}
<h3>Reliability</h3>${reliabilityDiagram(reliabilityBins(judged))}
<h3>Worst mistakes</h3><div class="mistakes">${await worstMistakes(judged, pictures)}</div>`;
}

function confusionTable({ confusion, recall }: Figures): string {
  const rows = EMOTIONS.map((emotion, r) => {
    const row = confusion[r]!;
    const total = Math.max(
      1,
      row.reduce((a, b) => a + b, 0),
    );
    const cells = row.map((n, c) => {
      const colour = c === r ? '60 160 90' : '200 80 60';
      return `<td style="background:rgb(${colour} / ${(n / total).toFixed(2)})">${n}</td>`;
    });
    const found = recall[emotion];
    return `<tr><th>${emotion}</th>${cells.join('')}<td>${found === null ? '–' : percent(found)}</td></tr>`;
  });
  const head = EMOTIONS.map((emotion) => `<th>${emotion}</th>`).join('');
  return `<table><tr><th>is \\ said</th>${head}<th>recall</th></tr>${rows.join('')}</table>`;
}

function reliabilityDiagram(bins: readonly ReliabilityBin[]): string {
  const size = 300;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const bars = bins
    .filter(({ count }) => count > 0)
    .map(({ from, to, accuracy, count }) => {
      const opacity = (0.25 + 0.75 * (count / most)).toFixed(2);
      const height = accuracy * size;
      return `<rect x="${30 + from * size}" y="${10 + size - height}" width="${(to - from) * size - 1}" height="${height}" fill="#3b82b6" opacity="${opacity}"><title>${count} pictures, ${percent(accuracy)} right</title></rect>`;
    });
  return `<svg viewBox="0 0 345 345" role="img" aria-label="accuracy over confidence">${bars.join('')}
<path d="M30 ${10 + size}L${30 + size} 10" stroke="currentColor" stroke-dasharray="4 4"/><path d="M30 10V${10 + size}H${30 + size}" fill="none" stroke="currentColor"/>
<text x="110" y="338">confidence (darker: more pictures)</text><text x="2" y="20">right</text></svg>`;
}

async function worstMistakes(judged: readonly Judged[], pictures: readonly LabelledPicture[]): Promise<string> {
  const wrong = judged
    .map(({ scores, label }, i) => ({ i, label, said: strongest(scores), scores }))
    .filter(({ said, label }) => said !== label)
    .sort((a, b) => b.scores[EMOTIONS[b.said]!] - a.scores[EMOTIONS[a.said]!])
    .slice(0, MISTAKES);
  const figures = await Promise.all(
    wrong.map(async ({ i, label, said, scores }) => {
      const { pixels, source } = pictures[i]!;
      const png = await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
        .png()
        .toBuffer();
      const caption = `${EMOTIONS[label]!}, said ${EMOTIONS[said]!} ${percent(scores[EMOTIONS[said]!])}`;
      return `<figure title="${escaped(source)}"><img alt="" src="data:image/png;base64,${png.toString('base64')}">${caption}</figure>`;
    }),
  );
  return figures.join('');
}

function robustnessTable(rows: readonly RobustnessRow[]): string {
  const base = rows[0]!.accuracy;
  const body = rows.map(
    ({ name, accuracy, macroF1 }) =>
      `<tr><th>${escaped(name)}</th><td>${percent(accuracy)}</td><td>${((accuracy - base) * 100).toFixed(1)}</td><td>${macroF1.toFixed(3)}</td></tr>`,
  );
  return `<table><tr><th></th><th>accuracy</th><th>points</th><th>macro-F1</th></tr>${body.join('')}</table>`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
