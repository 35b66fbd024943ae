import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BackendError, BACKENDS, loadTensorFlow, type BackendChoice } from '../backend.ts';
import { recordEpoch, type EpochFigures } from '../curves.ts';
import { LayersFileError, saveLayersModel } from '../layers-file.ts';
import { createProgress, type Progress } from '../progress.ts';
import { loadCompactNet } from './compact-net.ts';
import { DataSetError } from './data-set.ts';
import { RECIPE, type Recipe } from './recipe.ts';
import { loadTrainingData } from './training-data.ts';
import { trainCompact, type EpochReport, type StepReport } from './train-compact.ts';
import { REPORT_RECIPE, trainReport } from './train-report.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: 'var/emotion' },
    arch: { type: 'string', default: 'compact' },
    backend: { type: 'string', default: 'auto' },
    resume: { type: 'boolean', default: false },
    init: { type: 'string' },
    teacher: { type: 'string', multiple: true, default: [] },
    'teacher-share': { type: 'string' },
    replan: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    batch: { type: 'string' },
    widths: { type: 'string' },
    'learning-rate': { type: 'string' },
    'weight-decay': { type: 'string' },
    average: { type: 'string' },
    smoothing: { type: 'string' },
    balance: { type: 'string' },
    oversample: { type: 'string' },
    'leave-out': { type: 'string' },
    mixup: { type: 'string' },
    'fer2013-weight': { type: 'string' },
    strength: { type: 'string' },
    growth: { type: 'string' },
    'whole-size': { type: 'boolean', default: false },
    seed: { type: 'string' },
    limit: { type: 'string' },
  },
});
const known = (BACKENDS as readonly string[]).includes(options.backend) && ['compact', 'report'].includes(options.arch);
if (options.data === undefined || !known) {
  console.error(
    `usage: npm run train -- --data DIR [--out DIR] [--arch compact|report] [--epochs N] [--resume] [--backend ${BACKENDS.join('|')}] …; see models/emotion/README.md`,
  );
  process.exit(2);
}

const number = (value: string | undefined, fallback: number): number =>
  value === undefined ? fallback : Number(value);
const recipe: Recipe = {
  ...RECIPE,
  epochs: number(options.epochs, RECIPE.epochs),
  batch: number(options.batch, RECIPE.batch),
  widths: (options.widths?.split(',').map(Number) as [number, number, number, number] | undefined) ?? RECIPE.widths,
  learningRate: number(options['learning-rate'], RECIPE.learningRate),
  weightDecay: number(options['weight-decay'], RECIPE.weightDecay),
  average: number(options.average, RECIPE.average),
  smoothing: number(options.smoothing, RECIPE.smoothing),
  teacherShare: number(options['teacher-share'], options.teacher.length > 0 ? 0.5 : RECIPE.teacherShare),
  balance: number(options.balance, RECIPE.balance),
  oversample: number(options.oversample, RECIPE.oversample),
  leaveOut: number(options['leave-out'], RECIPE.leaveOut),
  mixup: number(options.mixup, RECIPE.mixup),
  fer2013Weight: number(options['fer2013-weight'], RECIPE.fer2013Weight),
  strength: number(options.strength, RECIPE.strength),
  growth: number(options.growth, RECIPE.growth),
  progressive: !options['whole-size'],
  seed: number(options.seed, RECIPE.seed),
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
  const { tf, backend, note } = await loadTensorFlow(options.backend as BackendChoice);
  if (note !== undefined) console.error(note);
  mkdirSync(options.out, { recursive: true });
  const { training, selection, leaks } = await loadTrainingData(path, recipe.seed, number(options.limit, Infinity));
  console.log(
    `${backend}: ${training.length} training pictures, ${leaks} more left out because PublicTest or PrivateTest holds the same pixels; ${selection.length} for selection`,
  );
  const shared = {
    training,
    selection,
    out: options.out,
    resume: options.resume,
    stopped: () => stoppedAtMs !== undefined,
    onStep: show,
    onEpoch: record,
  };
  if (options.arch === 'report') {
    const epochs = number(options.epochs, REPORT_RECIPE.epochs);
    const batch = number(options.batch, REPORT_RECIPE.batch);
    await trainReport(tf, { ...shared, epochs, batch, seed: recipe.seed });
  } else {
    console.log(JSON.stringify(recipe));
    await trainCompact(tf, {
      ...shared,
      recipe,
      replan: options.replan,
      teachers: options.teacher,
      ...(options.init !== undefined && { init: options.init }),
    });
    const { model } = await loadCompactNet(tf, join(options.out, 'checkpoint.bin'));
    await saveLayersModel(model, join(options.out, 'model'));
  }
  progress?.stop();
}

function show({ epoch, steps, pictures, loss, accuracy }: StepReport): void {
  const batch = options.arch === 'report' ? number(options.batch, REPORT_RECIPE.batch) : recipe.batch;
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
