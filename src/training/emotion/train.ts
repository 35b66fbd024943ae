import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { BackendError, loadTensorFlow } from '../backend.ts';
import { recordEpoch, type EpochFigures } from '../curves.ts';
import { LayersFileError, saveLayersModel } from '../layers-file.ts';
import {
  backendOption,
  collect,
  count,
  entryScript,
  fourCounts,
  from0,
  share,
  shareBelow1,
  wholeNumber,
} from '../entry.ts';
import { createProgress, type Progress } from '../progress.ts';
import { loadCompactNet } from './compact-net.ts';
import { DataSetError } from './data-set.ts';
import { RECIPE, type Recipe } from './recipe.ts';
import { loadTrainingData } from './training-data.ts';
import { trainCompact, type EpochReport, type StepReport } from './train-compact.ts';
import { REPORT_RECIPE, trainReport } from './train-report.ts';

/** The options that only our own net has. */
const OURS = 'Of our net:';

const script = entryScript('npm run train --', 'Trains the emotion net; checkpoints, curves and the model go to --out.')
  .requiredOption('--data <dir>', 'fer2013.csv, fer2013new.csv beside it for the votes, or pictures as train/<class>/*')
  .option('--out <dir>', 'where this training lies', 'var/emotion')
  .addOption(new Option('--arch <name>', "our net, or the report's").choices(['compact', 'report']).default('compact'))
  .addOption(backendOption())
  .option('--resume', 'go on where the checkpoint in --out stands')
  .option('--epochs <n>', `(default: ${RECIPE.epochs}, of the report's net ${REPORT_RECIPE.epochs})`, count)
  .option(
    '--batch <n>',
    `pictures a step (default: ${RECIPE.batch}, of the report's net ${REPORT_RECIPE.batch})`,
    count,
  )
  .option('--seed <n>', 'of all that is random', wholeNumber, RECIPE.seed)
  .option('--limit <n>', 'only so many training pictures', count)
  .optionsGroup(OURS)
  .option('--init <dir>', 'start from this saved net, of the same widths or narrower')
  .option('--teacher <dir>', 'mix what this saved net says into the labels; may be given several times', collect, [])
  .option('--teacher-share <share>', "of each label that is the teachers' (default: 0.5 with teachers)", share)
  .option('--replan', 'go on from the checkpoint by another recipe than its own')
  .addOption(
    new Option('--widths <a,b,c,d>', 'channels at full, half, quarter and eighth resolution')
      .argParser(fourCounts)
      .default(RECIPE.widths, RECIPE.widths.join()),
  )
  .option('--learning-rate <rate>', 'at its peak', from0, RECIPE.learningRate)
  .option('--weight-decay <factor>', 'of kernels', from0, RECIPE.weightDecay)
  .option('--average <factor>', "decay of the weights' moving average, a step", shareBelow1, RECIPE.average)
  .option('--smoothing <share>', 'of a hard label that goes to other classes', share, RECIPE.smoothing)
  .option('--balance <power>', 'of the inverse class frequency in the loss', from0, RECIPE.balance)
  .option(
    '--oversample <power>',
    'of the inverse frequency by which rare classes are shown more',
    from0,
    RECIPE.oversample,
  )
  .option('--leave-out <share>', 'of the easy pictures that an epoch leaves out', shareBelow1, RECIPE.leaveOut)
  .option('--mixup <alpha>', '0 is none', from0, RECIPE.mixup)
  .option('--fer2013-weight <factor>', "of the fer2013 head's loss", from0, RECIPE.fer2013Weight)
  .option('--strength <factor>', 'of the augmentation', from0, RECIPE.strength)
  .option('--growth <share>', 'of the epochs after which augmentation is full', share, RECIPE.growth)
  .option('--whole-size', 'pictures of full size from the start')
  .parse();
const options = script.opts();
if (options.arch === 'report') {
  const ours = script.options.filter(({ helpGroupHeading }) => helpGroupHeading === OURS);
  const given = ours.filter((option) => script.getOptionValueSource(option.attributeName()) === 'cli');
  if (given.length > 0)
    script.error(`--arch report has a recipe of its own, without ${given.map(({ long }) => long).join(', ')}`);
}

const recipe: Recipe = {
  arch: 'compact',
  widths: options.widths,
  epochs: options.epochs ?? RECIPE.epochs,
  batch: options.batch ?? RECIPE.batch,
  learningRate: options.learningRate,
  warmupEpochs: RECIPE.warmupEpochs,
  momentum: RECIPE.momentum,
  weightDecay: options.weightDecay,
  average: options.average,
  smoothing: options.smoothing,
  teacherShare: options.teacherShare ?? (options.teacher.length > 0 ? 0.5 : RECIPE.teacherShare),
  balance: options.balance,
  oversample: options.oversample,
  leaveOut: options.leaveOut,
  mixup: options.mixup,
  fer2013Weight: options.fer2013Weight,
  strength: options.strength,
  growth: options.growth,
  progressive: options.wholeSize !== true,
  seed: options.seed,
};

let progress: Progress | undefined;
let stoppedAtMs: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Ctrl-C reaches the whole group of processes, and npm and tsx pass it on: one key is heard several times.
    if (stoppedAtMs !== undefined && performance.now() - stoppedAtMs > 2000) process.exit(130);
    if (stoppedAtMs === undefined)
      console.error(`${signal}: writing the checkpoint; go on with --resume. Again: end at once, without it`);
    stoppedAtMs ??= performance.now();
  });

try {
  await train(options.data);
} catch (error) {
  if (!(error instanceof DataSetError || error instanceof BackendError || error instanceof LayersFileError))
    throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function train(path: string): Promise<void> {
  const { tf, backend, note } = await loadTensorFlow(options.backend);
  if (note !== undefined) console.error(note);
  mkdirSync(options.out, { recursive: true });
  const { training, selection, leaks } = await loadTrainingData(path, recipe.seed, options.limit ?? Infinity);
  console.log(
    `${backend}: ${training.length} training pictures, ${leaks} more left out because PublicTest or PrivateTest holds the same pixels; ${selection.length} for selection`,
  );
  const shared = {
    training,
    selection,
    out: options.out,
    resume: options.resume === true,
    stopped: () => stoppedAtMs !== undefined,
    onStep: show,
    onEpoch: record,
  };
  if (options.arch === 'report') {
    const { epochs = REPORT_RECIPE.epochs, batch = REPORT_RECIPE.batch } = options;
    await trainReport(tf, { ...shared, epochs, batch, seed: recipe.seed });
  } else {
    console.log(JSON.stringify(recipe));
    await trainCompact(tf, {
      ...shared,
      recipe,
      replan: options.replan === true,
      teachers: options.teacher,
      ...(options.init !== undefined && { init: options.init }),
    });
    const { model } = await loadCompactNet(tf, join(options.out, 'checkpoint.bin'));
    await saveLayersModel(model, join(options.out, 'model'));
  }
  progress?.stop();
}

function show({ epoch, steps, pictures, loss, accuracy }: StepReport): void {
  const batch = options.arch === 'report' ? (options.batch ?? REPORT_RECIPE.batch) : recipe.batch;
  progress ??= createProgress({
    label: `epoch ${epoch + 1}`,
    total: steps * batch,
    from: pictures,
  });
  progress.update(pictures, { loss, accuracy });
}

async function record(report: EpochReport): Promise<void> {
  progress?.stop();
  progress = undefined;
  const finite = Object.entries(report).filter(([, value]) => Number.isFinite(value));
  const figures: EpochFigures = { ...Object.fromEntries(finite), epoch: report.epoch };
  await recordEpoch(options.out, `Emotion net (${options.arch})`, figures);
  console.log(JSON.stringify(figures));
}
