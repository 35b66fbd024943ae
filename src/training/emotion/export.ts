import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BACKENDS, loadTensorFlow, type BackendChoice } from '../backend.ts';
import { LayersFileError, saveLayersModel } from '../layers-file.ts';
import { comparePredictions, PARITY_TOLERANCE } from '../onnx/compare-predictions.ts';
import { ExportError } from '../onnx/export-error.ts';
import { exportOnnx, type PictureLayout } from '../onnx/export-onnx.ts';
import { CHECKPOINT_WEIGHTS, loadTrained } from './load-trained.ts';

const USAGE = `usage: npm run export -- --model PATH --out FOLDER|FILE.onnx [options]
  --model PATH        a folder with TensorFlow.js's model.json and weights, or a checkpoint.bin of npm run train
  --weights NAME      of a checkpoint: ${CHECKPOINT_WEIGHTS.join(' or ')} (average)
  --layout NAME       how pictures are handed over: NCHW or NHWC (NCHW)
  --free-size         leave height and width free
  --layers FOLDER     also write the model as TensorFlow.js's model.json and weights.bin
  --pictures N        random pictures to compare on (500)
  --backend NAME      ${BACKENDS.join(', ')} (auto)`;

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    out: { type: 'string' },
    weights: { type: 'string', default: 'average' },
    layout: { type: 'string', default: 'NCHW' },
    'free-size': { type: 'boolean', default: false },
    layers: { type: 'string' },
    pictures: { type: 'string', default: '500' },
    backend: { type: 'string', default: 'auto' },
  },
});
const { model: modelPath, out } = options;
const weights = CHECKPOINT_WEIGHTS.find((name) => name === options.weights);
const inputLayout = (['NCHW', 'NHWC'] satisfies PictureLayout[]).find((name) => name === options.layout);
const pictures = Number(options.pictures);
const backend = BACKENDS.find((name): name is BackendChoice => name === options.backend);
if (modelPath === undefined || out === undefined || !weights || !inputLayout || !backend || !(pictures > 0)) {
  console.error(USAGE);
  process.exit(2);
}

// A trained model becomes an ONNX file, and is only kept when both engines agree on random pictures.
const { tf, note } = await loadTensorFlow(backend);
if (note !== undefined) console.error(note);
try {
  const model = await loadTrained(tf, modelPath, weights);
  const onnx = await exportOnnx(tf, model, { inputLayout, dynamicSize: options['free-size'] });
  const { maxDifference, maxMagnitude } = await comparePredictions(tf, model, onnx, { inputLayout, pictures });
  const agree = maxDifference <= PARITY_TOLERANCE;
  console.log(
    `${pictures} random pictures: greatest difference ${maxDifference.toExponential(2)} of values up to ${maxMagnitude.toFixed(2)}, ${agree ? 'within' : 'beyond'} ${PARITY_TOLERANCE}`,
  );
  if (!agree) throw new ExportError(`the export differs from TensorFlow.js; nothing is written to ${out}`);
  const file = out.endsWith('.onnx') ? out : join(out, 'model.onnx');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, onnx);
  if (options.layers !== undefined) await saveLayersModel(model, options.layers);
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  console.log(`${file}: ${model.countParams()} parameters, ${onnx.length} bytes, sha256 ${sha256}`);
  const card = join(dirname(file), 'card.json');
  if (existsSync(card) && !(await readFile(card, 'utf8')).includes(sha256))
    console.error(`${card} describes other weights, so the daemon will refuse these; write its sha256 anew`);
} catch (error) {
  if (!(error instanceof ExportError || error instanceof LayersFileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
