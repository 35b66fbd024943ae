import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEmotionCard } from '../../vision/emotion-card.ts';
import { ModelError } from '../../vision/model-error.ts';
import { loadEmotionClassifier } from '../../vision/onnx-emotion-classifier.ts';
import { countParameters } from './count-parameters.ts';
import { DataSetError, loadDataSet, pixelKey, SPLITS, type LabelledPicture } from './data-set.ts';
import { DISTORTIONS } from './distort.ts';
import { evaluationReport, type ReportPart, type RobustnessRow } from './evaluation-report.ts';
import { figuresOf, type Figures } from './figures.ts';
import { scorePictures } from './judge.ts';
import { majority } from './targets.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    split: { type: 'string', default: 'PrivateTest' },
    model: { type: 'string', default: 'models/emotion' },
    head: { type: 'string' },
    json: { type: 'boolean', default: false },
    html: { type: 'string', default: 'var/evaluate-emotion.html' },
    quick: { type: 'boolean', default: false },
  },
});
const split = SPLITS.find((name) => name === options.split);
if (options.data === undefined || !split) {
  console.error(
    `usage: npm run evaluate -- --data DIR [--split ${SPLITS.join('|')}] [--model DIR] [--head NAME] [--json] [--html FILE] [--quick]`,
  );
  process.exit(2);
}

try {
  await evaluate(options.data, options.model);
} catch (error) {
  if (!(error instanceof DataSetError) && !(error instanceof ModelError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function evaluate(data: string, modelDir: string): Promise<void> {
  const card = await readEmotionCard(modelDir);
  const all = await loadDataSet(data);
  const pictures = all.filter((picture) => picture.split === split || picture.split === undefined);
  if (pictures.length === 0) throw new DataSetError(`${data}: holds no pictures of ${options.split}`);
  const voted = pictures.flatMap((picture) => {
    const label = picture.votes && majority(picture.votes);
    return label === undefined ? [] : [{ ...picture, label }];
  });
  const benchmark = voted.length > 0 && 'fer2013' in card.heads;
  const head = options.head ?? (benchmark ? 'fer2013' : 'product');

  const own = await judge(modelDir, head, pictures);
  const robustness = options.quick ? [] : await robustnessOf(modelDir, head, pictures, own.figures);
  const ferPlus = voted.length === 0 ? undefined : await judge(modelDir, 'product', voted);
  const seen = new Set(all.filter((picture) => picture.split === 'Training').map(pixelKey));
  const fresh = own.judged.filter((_, i) => !seen.has(pixelKey(pictures[i]!)));
  const withoutDuplicates = split === 'Training' || seen.size === 0 ? undefined : figuresOf(fresh);

  const parts: ReportPart[] = [
    { title: `${head} head on the set's labels`, ...own, pictures },
    ...(ferPlus ? [{ title: 'product head on the majority of FER+ voters', ...ferPlus, pictures: voted }] : []),
  ];
  const undivided = pictures[0]!.split === undefined;
  await mkdir(dirname(options.html), { recursive: true });
  await writeFile(
    options.html,
    await evaluationReport(`${card.name} on ${undivided ? data : options.split}`, parts, robustness),
  );

  const onnx = await readFile(join(modelDir, card.file));
  const report = {
    split: undivided ? null : split,
    head,
    ...own.figures,
    msPerFace: own.msPerFace,
    model: { parameters: countParameters(onnx), bytes: onnx.length },
    ...(ferPlus && { ferPlus: { head: 'product', ...ferPlus.figures } }),
    ...(withoutDuplicates && { withoutDuplicates }),
    ...(robustness.length > 0 && { robustness }),
  };
  if (!options.json) printTable(parts, withoutDuplicates, robustness);
  console.log(options.json ? JSON.stringify(report) : `report: ${options.html}`);
}

async function judge(modelDir: string, head: string, pictures: readonly LabelledPicture[]) {
  const { crop } = await readEmotionCard(modelDir);
  const classifier = await loadEmotionClassifier(modelDir, { head });
  try {
    const started = performance.now();
    const scores = await scorePictures(classifier, crop, pictures);
    const msPerFace = Number(((performance.now() - started) / pictures.length).toFixed(3));
    const judged = scores.map((score, i) => ({ scores: score, label: pictures[i]!.label }));
    return { figures: figuresOf(judged), judged, msPerFace };
  } finally {
    await classifier.close();
  }
}

async function robustnessOf(
  modelDir: string,
  head: string,
  pictures: readonly LabelledPicture[],
  { accuracy, macroF1 }: Figures,
): Promise<RobustnessRow[]> {
  const rows: RobustnessRow[] = [{ name: 'as they are', accuracy, macroF1 }];
  for (const [name, distort] of Object.entries(DISTORTIONS)) {
    const worse = pictures.map((picture) => ({ ...picture, pixels: distort(picture.pixels) }));
    const { figures } = await judge(modelDir, head, worse);
    rows.push({ name, accuracy: figures.accuracy, macroF1: figures.macroF1 });
  }
  return rows;
}

function printTable(
  parts: readonly ReportPart[],
  withoutDuplicates: Figures | undefined,
  robustness: readonly RobustnessRow[],
): void {
  const lines = parts.map(({ title, figures }) => ({ title, figures }));
  if (withoutDuplicates) lines.push({ title: 'without pictures that Training holds too', figures: withoutDuplicates });
  for (const { title, figures } of lines) {
    const { images, accuracy, macroF1, ece } = figures;
    console.log(
      `${title}: ${images} pictures, accuracy ${(accuracy * 100).toFixed(1)} %, macro-F1 ${macroF1.toFixed(3)}, ECE ${ece.toFixed(3)}`,
    );
  }
  for (const { name, accuracy } of robustness) console.log(`  ${name}: ${(accuracy * 100).toFixed(1)} %`);
}
