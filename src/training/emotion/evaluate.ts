import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEmotionCard } from '../../vision/emotion-card.ts';
import { ModelError } from '../../vision/model-error.ts';
import { DataSetError, SPLITS } from './data-set.ts';
import { evaluateModel, type Evaluation, type EvaluationSummary } from './evaluate-model.ts';
import { evaluationReport } from './evaluation-report.ts';
import type { Figures } from './figures.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    split: { type: 'string', default: 'PrivateTest' },
    model: { type: 'string', default: 'models/emotion' },
    head: { type: 'string' },
    json: { type: 'boolean', default: false },
    html: { type: 'string', default: 'var/evaluate-emotion.html' },
    quick: { type: 'boolean', default: false },
    'update-card': { type: 'boolean', default: false },
  },
});
const split = SPLITS.find((name) => name === options.split);
if (options.data === undefined || !split) {
  console.error(
    `usage: npm run evaluate -- --data DIR [--split ${SPLITS.join('|')}] [--model DIR] [--head NAME] [--json] [--html FILE] [--quick] [--update-card]`,
  );
  process.exit(2);
}

try {
  const { data, model: modelDir, head, quick } = options;
  const evaluation = await evaluateModel({ data, split, modelDir, head, quick });
  const { title, parts, summary } = evaluation;
  // The report holds pictures of the data set, so it is written where version control does not look.
  await mkdir(dirname(options.html), { recursive: true });
  await writeFile(options.html, await evaluationReport(title, parts, summary.robustness ?? []));
  if (options['update-card']) await noteInCard(modelDir, summary);
  console.log(options.json ? JSON.stringify(summary) : described(evaluation));
} catch (error) {
  if (!(error instanceof DataSetError) && !(error instanceof ModelError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Keeps the figures with the model that they are of. */
async function noteInCard(modelDir: string, summary: EvaluationSummary): Promise<void> {
  const { split, robustness = [], ferPlus, withoutDuplicates } = summary;
  const rounded = (value: number): number => Number(value.toFixed(4));
  const short = ({ images, accuracy, macroF1, ece }: Figures) => ({
    images,
    accuracy: rounded(accuracy),
    macroF1: rounded(macroF1),
    ece: rounded(ece),
  });
  const card = await readEmotionCard(modelDir);
  card.figures = {
    ...card.figures,
    [split ?? 'folder']: {
      ...short(summary),
      ...(ferPlus && { ferPlus: short(ferPlus) }),
      ...(withoutDuplicates && { withoutDuplicates: short(withoutDuplicates) }),
      robustness: Object.fromEntries(robustness.map(({ name, accuracy }) => [name, rounded(accuracy)])),
    },
  };
  await writeFile(join(modelDir, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
}

function described({ parts, summary }: Evaluation): string {
  const sets = parts.map(({ title, figures }) => ({ title, figures }));
  if (summary.withoutDuplicates)
    sets.push({ title: 'without pictures that Training holds, too', figures: summary.withoutDuplicates });
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    ...sets.map(
      ({ title, figures: { images, accuracy, macroF1, ece } }) =>
        `${title}: ${images} pictures, accuracy ${percent(accuracy)}, macro-F1 ${macroF1.toFixed(3)}, calibration error ${ece.toFixed(3)}`,
    ),
    ...(summary.robustness ?? []).map(({ name, accuracy }) => `  ${name}: ${percent(accuracy)}`),
    `${summary.model.parameters} parameters, ${summary.model.bytes} bytes, ${summary.msPerFace} ms a face`,
    `report: ${options.html}`,
  ].join('\n');
}
