import sharp from 'sharp';
import { EMOTIONS } from '../../vision/emotion.ts';
import { SIDE, type LabelledPicture } from './data-set.ts';
import { VERDICTS, type Examination } from './examine-data.ts';

/** Rows of a table, the first one its head. */
type Table = readonly (readonly (string | number)[])[];

/** Counts an emotion and split, with what FER-2013 calls the test set (both halves) and totals. */
export function countTable({ splits, counts, total }: Examination): Table {
  const halves = splits.flatMap((split, i) => (split === 'PublicTest' || split === 'PrivateTest' ? [i] : []));
  const row = (name: string, numbers: readonly number[]): (string | number)[] => [
    name,
    ...numbers,
    ...(halves.length === 2 ? [halves.reduce((sum, i) => sum + numbers[i]!, 0)] : []),
    numbers.reduce((a, b) => a + b, 0),
  ];
  const sums = splits.map((_, i) => counts.reduce((sum, numbers) => sum + numbers[i]!, 0));
  return [
    ['class', ...splits, ...(halves.length === 2 ? ['both tests'] : []), 'total'],
    ...EMOTIONS.map((emotion, label) => row(emotion, counts[label]!)),
    [...row('all', sums).slice(0, -1), total],
  ];
}

/** One sentence a finding, for the terminal and the page. */
export function findings(examination: Examination): string[] {
  const { splits, overlaps, copies, blank, ferPlus } = examination;
  return [
    ...overlaps.map(
      ({ first, second, inFirst, inSecond, relabelled }) =>
        `${inSecond} pictures of ${second} are pixel for pixel in ${first} (there ${inFirst}); ${relabelled} of them have another label there.`,
    ),
    ...splits.map((split, i) => `${copies[i]!} pictures of ${split} have a copy inside ${split}.`),
    `${blank} pictures are blank.`,
    ...(ferPlus
      ? [
          `FER+'s voters chose the label of ${(100 * ferPlus.agreement).toFixed(1)} % of the ${ferPlus.decided} pictures in which most of them saw one of the seven; in ${ferPlus.pictures - ferPlus.decided} they did not.`,
        ]
      : ['There are no FER+ votes beside the data.']),
  ];
}

/** A table in columns of equal width. */
export function alignTable(table: Table): string {
  const widths = table[0]!.map((_, c) => Math.max(...table.map((row) => String(row[c]).length)));
  return table
    .map((row) =>
      row.map((cell, c) => (c === 0 ? String(cell).padEnd(widths[c]!) : String(cell).padStart(widths[c]!))).join('  '),
    )
    .join('\n');
}

/**
 * The examination as one HTML file with the sample pictures inside; keep it private, as the data set's pictures are.
 * `samples` is [emotion][sample].
 */
export async function examinationReport(
  title: string,
  examination: Examination,
  samples: readonly (readonly LabelledPicture[])[],
): Promise<string> {
  const grid = await Promise.all(
    samples.map(async (row, label) => {
      const pictures = await Promise.all(row.map(pictureTag));
      return `<tr><th>${EMOTIONS[label]!}</th>${pictures.map((tag) => `<td>${tag}</td>`).join('')}</tr>`;
    }),
  );
  const { ferPlus } = examination;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; }
img { width: 6rem; image-rendering: pixelated; }
</style>
<h1>${escaped(title)}</h1>
<h2>Pictures a class and split</h2>
${htmlTable(countTable(examination))}
<h2>Five of each</h2>
<table>${grid.join('\n')}</table>
<h2>Copies and labels</h2>
<ul>${findings(examination)
    .map((line) => `<li>${escaped(line)}</li>`)
    .join('\n')}</ul>
${ferPlus ? `<h2>Labels (rows) and what most of FER+'s voters saw</h2>\n${htmlTable([['label', ...VERDICTS], ...EMOTIONS.map((emotion, label) => [emotion, ...ferPlus.verdicts[label]!])])}` : ''}
</html>
`;
}

async function pictureTag({ pixels, source }: LabelledPicture): Promise<string> {
  const png = await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();
  return `<img alt="${escaped(source)}" title="${escaped(source)}" src="data:image/png;base64,${png.toString('base64')}">`;
}

function htmlTable([head, ...rows]: Table): string {
  const cells = (row: readonly (string | number)[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells(head!, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('\n')}</tbody></table>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
