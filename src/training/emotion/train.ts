import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BACKENDS, loadTensorFlow, type BackendChoice } from '../backend.ts';
import { loadDataSet, withoutLeaks } from './data-set.ts';
import { RECIPE, type Recipe } from './recipe.ts';
import { trainCompact } from './train-compact.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: 'var/emotion' },
    backend: { type: 'string', default: 'auto' },
    resume: { type: 'boolean', default: false },
    replan: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    batch: { type: 'string' },
    widths: { type: 'string' },
    'learning-rate': { type: 'string' },
    'weight-decay': { type: 'string' },
    average: { type: 'string' },
    smoothing: { type: 'string' },
    balance: { type: 'string' },
    mixup: { type: 'string' },
    'fer2013-weight': { type: 'string' },
    strength: { type: 'string' },
    growth: { type: 'string' },
    'whole-size': { type: 'boolean', default: false },
    seed: { type: 'string' },
    limit: { type: 'string' },
  },
});
if (options.data === undefined || !(BACKENDS as readonly string[]).includes(options.backend)) {
  console.error(
    `usage: npm run train -- --data DIR [--out DIR] [--epochs N] [--resume] [--backend ${BACKENDS.join('|')}] …`,
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
  balance: number(options.balance, RECIPE.balance),
  mixup: number(options.mixup, RECIPE.mixup),
  fer2013Weight: number(options['fer2013-weight'], RECIPE.fer2013Weight),
  strength: number(options.strength, RECIPE.strength),
  growth: number(options.growth, RECIPE.growth),
  progressive: !options['whole-size'],
  seed: number(options.seed, RECIPE.seed),
};

const { tf, backend, note } = await loadTensorFlow(options.backend as BackendChoice);
if (note !== undefined) console.error(note);
mkdirSync(options.out, { recursive: true });
const pictures = await loadDataSet(options.data);
const all = pictures.filter(({ split }) => split === 'Training');
const selection = pictures.filter(({ split }) => split === 'PublicTest');
const training = withoutLeaks(
  all,
  pictures.filter(({ split }) => split !== 'Training'),
).slice(0, number(options.limit, Infinity));
console.log(
  `${backend}: ${all.length} training pictures, ${all.length - training.length} of them left out because PublicTest or PrivateTest holds the same pixels; ${selection.length} for selection`,
);
console.log(JSON.stringify(recipe));

let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
await trainCompact(tf, {
  recipe,
  training,
  selection,
  out: options.out,
  resume: options.resume,
  replan: options.replan,
  stopped: () => stopped,
  onStep: ({ epoch, step, steps, loss, picturesPerSecond }) => {
    if (step % 100 === 0)
      console.log(`epoch ${epoch + 1} step ${step}/${steps} loss ${loss.toFixed(3)} ${picturesPerSecond.toFixed(0)}/s`);
  },
  onEpoch: (report) => {
    console.log(JSON.stringify(report));
    appendFileSync(join(options.out, 'log.ndjson'), `${JSON.stringify(report)}\n`);
  },
});
