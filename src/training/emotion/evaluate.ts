import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { readEmotionCard } from '../../vision/emotion-card.ts';
import { ModelError } from '../../vision/model-error.ts';
import { entryScript } from '../entry.ts';
import { DataSetError, SPLITS } from './data-set.ts';
import { evaluateModel, type Evaluation, type EvaluationSummary } from './evaluate-model.ts';
import { evaluationReport } from './evaluation-report.ts';
import type { Figures } from './figures.ts';

const options = entryScript('npm run evaluate --', 'Measures an emotion model through the code that the daemon uses.')
  .requiredOption('--data <dir>', 'fer2013.csv, fer2013new.csv beside it for the votes, or pictures as test/<class>/*')
  .addOption(new Option('--split <name>', 'of the data').choices(SPLITS).default('PrivateTest'))
  .option('--model <dir>', 'the model', 'models/emotion')
  .option('--head <name>', 'of the model (default: fer2013 on labels, product on votes)')
  .option('--json', 'one JSON object')
  .option('--html <file>', 'the report; it holds pictures of the data set', 'var/evaluate-emotion.html')
  .option('--quick', 'without the table of robustness')
  .option('--update-card', 'note the figures in the card of the model')
  .parse()
  .opts();

try {
  const { data, split, model: modelDir, head, quick = false } = options;
  const evaluation = await evaluateModel({ data, split, modelDir, head, quick });
  const { title, parts, summary } = evaluation;
  // The report holds pictures of the data set, so it is written where version control does not look.
  await mkdir(dirname(options.html), { recursive: true });
  await writeFile(options.html, await evaluationReport(title, parts, summary.robustness ?? []));
  if (options.updateCard) await noteInCard(modelDir, summary);
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
