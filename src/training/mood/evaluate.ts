import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { configSchema } from '../../config/schema.ts';
import { readEmotionCard } from '../../vision/emotion-card.ts';
import { loadVision } from '../../vision/load-vision.ts';
import { ModelError } from '../../vision/model-error.ts';
import { DataSetError } from '../emotion/data-set.ts';
import { loadDataSet } from '../emotion/load-data-set.ts';
import { above0, entryScript, wholeNumber } from '../entry.ts';
import { createProgress } from '../progress.ts';
import { composeSequence } from './compose-sequence.ts';
import { type Judgement, judgeMoods, judgeRaw, type MoodOptions, type Scene } from './judge-moods.ts';
import { moodFigures, type MoodFigures } from './mood-figures.ts';
import { moodReport, type ReportedScene } from './mood-report.ts';
import { sceneOfDemo, sceneOfSequence, type Tilt } from './scenes.ts';
import { halfOf, scorePool } from './score-pool.ts';

const options = entryScript(
  'npm run evaluate:mood --',
  'Measures the mood filters on composed sequences and the demo clip.',
)
  .requiredOption('--data <dir>', 'fer2013.csv')
  .option('--model <dir>', 'the emotion model', 'models/emotion')
  .addOption(
    new Option('--half <name>', 'of PublicTest; constants were chosen on the other')
      .choices(['report', 'tune'])
      .default('report'),
  )
  .option('--hours <n>', 'of each sequence', above0, 4)
  .option('--seed <n>', 'of the sequences', wholeNumber, 1)
  .option('--json', 'one JSON object')
  .option('--html <file>', 'the report', 'var/evaluate-mood.html')
  .parse()
  .opts();
const { data, half, hours, seed } = options;

/** Side by side, each with what the daemon does by default; `raw` is the label of each single frame. */
const FILTERS = {
  exponential: { filter: 'exponential' },
  bayes: { filter: 'bayes' },
  'bayes, no rest': { filter: 'bayes', resting_face: false },
} as const;

/** Some faces look sad or angry at rest: so many nats. */
const TILT_NATS = 1.5;

try {
  const { vision: visionSettings } = configSchema.parse({});
  const vision = await loadVision({ ...visionSettings, faceModel: 'models/face', emotionModel: options.model }, [{}]);
  const { crop } = await readEmotionCard(options.model);
  const pictures = halfOf(await loadDataSet(data, ['PublicTest']), half, seed);
  const progress = createProgress({ total: pictures.length, label: 'scoring pictures' });
  let scored = 0;
  const pool = await scorePool(vision.classifier, crop, pictures, seed, () => {
    progress.update(++scored, {});
  });
  progress.stop();
  const classes = pool.map(({ emotion }) => emotion);
  const compose = (errors: 'independent' | 'held', mix: 'even' | 'home', tilt?: Tilt): Scene =>
    sceneOfSequence(composeSequence(classes, { seed, hours, errors, mix }), pool, tilt);
  const scenes = {
    independent: compose('independent', 'even'),
    held: compose('held', 'even'),
    'home, held': compose('held', 'home'),
    'home, held, looks sad': compose('held', 'home', { emotion: 'sad', nats: TILT_NATS }),
    'home, held, looks angry': compose('held', 'home', { emotion: 'angry', nats: TILT_NATS }),
    demo: await sceneOfDemo(vision),
  };
  const reported: ReportedScene[] = [];
  const figures: Record<string, Record<string, MoodFigures>> = {};
  for (const [name, scene] of Object.entries(scenes)) {
    const judgements = new Map<string, Judgement>();
    for (const [row, written] of Object.entries(FILTERS))
      judgements.set(row, await judgeMoods(scene, moodOptions(written), vision.labelPrior));
    const rows = {
      raw: judgeRaw(scene, moodOptions({}).absentAfterMs),
      ...Object.fromEntries([...judgements].map(([row, { judged }]) => [row, judged])),
    };
    figures[name] = Object.fromEntries(Object.entries(rows).map(([row, judged]) => [row, moodFigures(judged)]));
    reported.push({ name, figures: figures[name], rows, moods: judgements.get('bayes')!.moods });
  }
  await vision.close();
  await mkdir(dirname(options.html), { recursive: true });
  await writeFile(options.html, moodReport(reported));
  console.log(
    options.json ? JSON.stringify({ half, hours, seed, pictures: pool.length, figures }) : described(figures),
  );
} catch (error) {
  if (!(error instanceof DataSetError) && !(error instanceof ModelError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function moodOptions(written: object): MoodOptions {
  return configSchema.parse({ mood: written }).mood;
}

function described(figures: Readonly<Record<string, Readonly<Record<string, MoodFigures>>>>): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(8);
  const number = (value: number, digits: number): string => value.toFixed(digits).padStart(8);
  const lines = Object.entries(figures).flatMap(([scene, rows]) => [
    `${scene} (${Object.values(rows)[0]!.hours.toFixed(2)} h)`.padEnd(22) +
      '   right  uncertain  right when certain  wrong expected, measured  false changes/h  delay median, p95 s',
    ...Object.entries(rows).map(
      ([row, { right, uncertain, rightWhenCertain, wrong, falseChanges, delayS }]) =>
        `  ${row.padEnd(18)}${percent(right)}${percent(uncertain)}${percent(rightWhenCertain)}${percent(wrong.expected)}${percent(wrong.measured)}${number(falseChanges, 1)}` +
        `${number(delayS.median, 2)}${number(delayS.p95, 2)}  (${delayS.missed} of ${delayS.changes} changes missed)`,
    ),
  ]);
  return [...lines, `report: ${options.html}`].join('\n');
}
