import { mkdir, readdir } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { loadFaceDetector } from '../../vision/onnx-face-detector.ts';
import { readFaceCard } from '../../vision/face-card.ts';
import { count, entryScript, share, size } from '../entry.ts';
import { countFacesInClip } from './count-faces-in-clip.ts';
import { loadLabelledPictures, splitOf } from './data-set.ts';
import { writeDetectionReport } from './detection-report.ts';
import { evaluateDetector, type Evaluation } from './evaluate-detector.ts';
import { writeFaceCard } from './write-card.ts';

const script = entryScript(
  'npm run evaluate:face --',
  'Measures a face detector on pictures (--data) and on clips (--clips).',
)
  .option('--data <dir>', 'a folder with boxes.jsonl and images/, or one of WIDER FACE')
  .option('--labels <file>', 'boxes in the form of WIDER FACE (default: the file of boxes in --data)')
  .option('--clips <dir>', 'clips of one person each: the share of frames with exactly one face')
  .option('--model <dir>', 'the model', 'models/face')
  .option('--size <WxH>', 'of the input (default: as the card says)', size)
  .addOption(new Option('--split <name>', 'of --data').choices(['development', 'train', 'all']).default('development'))
  .option('--min-score <score>', 'of a face in a clip (default: as the card says)', share)
  .option('--threads <n>', 'of one inference', count, 1)
  .option('--json', 'one JSON object')
  .option('--html <file>', 'the report with missed faces (default: var/face-evaluation.html, without --json)')
  .option('--write-figures', 'note the figures in the card of the model')
  .parse();
const options = script.opts();
if (options.data === undefined && options.clips === undefined) script.error('give --data, --clips or both');

const engine = {
  threads: options.threads,
  ...(options.size && { inputWidth: options.size.width, inputHeight: options.size.height }),
};

const card = await readFaceCard(options.model);

if (options.data !== undefined) await evaluatePictures(options.data);
if (options.clips !== undefined) await evaluateClips(options.clips);

async function evaluatePictures(dir: string): Promise<void> {
  const all = await loadLabelledPictures(dir, options.labels);
  const labelled = options.split === 'all' ? all : all.filter((picture) => splitOf(picture.event) === options.split);
  if (labelled.length === 0) throw new Error(`${dir}: no picture is in the split "${options.split}"; try --split all`);
  // Far below the threshold of the product, so that the curve has its tail.
  const detector = await loadFaceDetector(options.model, { ...engine, minScore: 0.02 });
  const timed = await loadFaceDetector(options.model, engine);
  const onPicture = (done: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} / ${labelled.length} pictures`);
  };
  const evaluated = await evaluateDetector(detector, labelled, { timed, onPicture });
  if (process.stderr.isTTY) process.stderr.write('\r');
  await Promise.all([detector.close(), timed.close()]);
  const { evaluation } = evaluated;
  const html = resolve(options.html ?? join('var', 'face-evaluation.html'));
  if (!options.json || options.html !== undefined) {
    await mkdir(dirname(html), { recursive: true });
    await writeDetectionReport(html, labelled, evaluated);
  }
  if (options.writeFigures) await writeFigures({ [`${options.split} split`]: evaluation });
  if (options.json) console.log(JSON.stringify({ ...evaluation, parameters: card.parameters }));
  else print(evaluation, html);
}

/** Puts figures into the model's card, beside those that are there. */
async function writeFigures(figures: Record<string, unknown>): Promise<void> {
  const { figures: before } = await readFaceCard(options.model);
  await writeFaceCard(options.model, { ...card, figures: { ...before, ...rounded(figures) } });
}

function rounded(figures: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(figures, (_, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(4)) : value)),
  ) as Record<string, unknown>;
}

function print(evaluation: Evaluation, html: string): void {
  const { images, faces, ap50, recallAt1, recallAt01, thresholds, byHeight, msPerFrame } = evaluation;
  console.log(`${card.name} on ${images} pictures (${options.split}), ${faces} faces of 32 px and more in 640×480`);
  console.log(`AP50                              ${ap50.toFixed(3)}`);
  console.log(`recall at 1 false alarm/picture   ${recallAt1.toFixed(3)}  (score ${thresholds.at1.toFixed(2)})`);
  console.log(`recall at 0.1                     ${recallAt01.toFixed(3)}  (score ${thresholds.at01.toFixed(2)})`);
  console.log(`ms a frame                        ${msPerFrame.median.toFixed(1)} (95 %: ${msPerFrame.p95.toFixed(1)})`);
  console.table(byHeight);
  console.log(`report: ${html}`);
}

async function evaluateClips(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) =>
    ['.mkv', '.mp4', '.avi', '.mov', '.webm'].includes(extname(name)),
  );
  const { minScore } = options;
  const detector = await loadFaceDetector(options.model, { ...engine, ...(minScore !== undefined && { minScore }) });
  const clips: { clip: string; frames: number; exactlyOne: number; none: number; several: number }[] = [];
  for (const clip of names.sort()) {
    const counts = await countFacesInClip(detector, join(dir, clip));
    const shareOf = (wanted: (n: number) => boolean): number =>
      Number((counts.filter(wanted).length / counts.length).toFixed(4));
    clips.push({
      clip,
      frames: counts.length,
      exactlyOne: shareOf((n) => n === 1),
      none: shareOf((n) => n === 0),
      several: shareOf((n) => n > 1),
    });
  }
  await detector.close();
  const frames = clips.reduce((sum, clip) => sum + clip.frames, 0);
  const exactlyOne = clips.reduce((sum, clip) => sum + clip.exactlyOne * clip.frames, 0) / frames;
  if (options.writeFigures) await writeFigures({ clips: { frames, exactlyOne } });
  if (options.json) {
    console.log(JSON.stringify({ frames, exactlyOne, clips }));
    return;
  }
  console.table(clips);
  console.log(`exactly one face in ${(exactlyOne * 100).toFixed(1)} % of ${frames} frames`);
}
