import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEmotionCard } from '../../vision/emotion-card.ts';
import { loadEmotionClassifier } from '../../vision/onnx-emotion-classifier.ts';
import { countParameters } from './count-parameters.ts';
import { DataSetError, pixelKey, type LabelledPicture, type Split } from './data-set.ts';
import { DISTORTIONS } from './distort.ts';
import type { ReportPart, RobustnessRow } from './evaluation-report.ts';
import { figuresOf, type Figures, type Judged } from './figures.ts';
import { scorePictures } from './judge.ts';
import { loadDataSet } from './load-data-set.ts';
import { majority } from './targets.ts';

export interface EvaluationOptions {
  readonly data: string;
  readonly split: Split;
  readonly modelDir: string;
  /** The head behind the figures at the top; chosen by the data unless given. */
  readonly head?: string | undefined;
  /** Leaves out the robustness table, which takes twelve more passes. */
  readonly quick?: boolean;
}

/** The last line of `evaluate --json`; people and scripts depend on its names. */
export interface EvaluationSummary extends Figures {
  /** Null for a folder that is not divided. */
  readonly split: Split | null;
  readonly head: string;
  /** Of a face, crop included, one at a time on one thread. */
  readonly msPerFace: number;
  readonly model: { readonly parameters: number; readonly bytes: number };
  /** The product head on the majority of the voters. */
  readonly ferPlus?: Figures & { readonly head: string };
  /** The same as at the top without pictures that Training holds, too. */
  readonly withoutDuplicates?: Figures;
  readonly robustness?: readonly RobustnessRow[];
}

export interface Evaluation {
  readonly summary: EvaluationSummary;
  readonly title: string;
  readonly parts: readonly ReportPart[];
}

/**
 * Judges a model on labelled faces by one pass of the daemon's own classifier, each picture as it is. Throws a
 * `DataSetError` or a `ModelError`.
 */
export async function evaluateModel(options: EvaluationOptions): Promise<Evaluation> {
  const { data, split, modelDir } = options;
  const card = await readEmotionCard(modelDir);
  const all = await loadDataSet(data);
  const pictures = all.filter((picture) => picture.split === split || picture.split === undefined);
  if (pictures.length === 0) throw new DataSetError(`${data}: holds no pictures of ${split}`);
  const voted = pictures.flatMap((picture) => {
    const label = picture.votes && majority(picture.votes);
    return label === undefined ? [] : [{ ...picture, label }];
  });
  // FER-2013's own labels are asked of the head that learned them; folders are somebody's photographs.
  const isBenchmark = /^row /.test(pictures[0]!.source) && 'fer2013' in card.heads;
  const head = options.head ?? (isBenchmark ? 'fer2013' : 'product');

  const own = await judge(modelDir, head, pictures);
  const robustness = options.quick === true ? [] : await robustnessOf(modelDir, head, pictures, own.figures);
  const ferPlus = voted.length === 0 ? undefined : await judge(modelDir, 'product', voted);
  const seen = new Set(all.filter((picture) => picture.split === 'Training').map(pixelKey));
  const fresh = own.judged.filter((_, i) => !seen.has(pixelKey(pictures[i]!)));
  const onnx = await readFile(join(modelDir, card.file));
  const undivided = pictures[0]!.split === undefined;
  return {
    summary: {
      split: undivided ? null : split,
      head,
      ...own.figures,
      msPerFace: own.msPerFace,
      model: { parameters: countParameters(onnx), bytes: onnx.length },
      ...(ferPlus && { ferPlus: { head: 'product', ...ferPlus.figures } }),
      ...(split !== 'Training' && seen.size > 0 && { withoutDuplicates: figuresOf(fresh) }),
      ...(robustness.length > 0 && { robustness }),
    },
    title: `${card.name} on ${undivided ? data : split}`,
    parts: [
      { title: `${head} head on the set's labels`, ...own, pictures },
      ...(ferPlus ? [{ title: 'product head on the majority of FER+ voters', ...ferPlus, pictures: voted }] : []),
    ],
  };
}

interface Judgement {
  readonly figures: Figures;
  readonly judged: readonly Judged[];
  readonly msPerFace: number;
}

async function judge(modelDir: string, head: string, pictures: readonly LabelledPicture[]): Promise<Judgement> {
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
