import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { loadTensorFlow } from '../backend.ts';
import { backendOption, count, entryScript } from '../entry.ts';
import { LayersFileError, saveLayersModel } from '../layers-file.ts';
import { comparePredictions, PARITY_TOLERANCE } from '../onnx/compare-predictions.ts';
import { ExportError } from '../onnx/export-error.ts';
import { exportOnnx } from '../onnx/export-onnx.ts';
import { CHECKPOINT_WEIGHTS, loadTrained } from './load-trained.ts';

const options = entryScript(
  'npm run export --',
  'A trained model becomes an ONNX file, if both engines agree on random pictures.',
)
  .requiredOption(
    '--model <path>',
    "a folder with TensorFlow.js's model.json and weights, or a checkpoint.bin of npm run train",
  )
  .requiredOption('--out <path>', 'a folder, or FILE.onnx')
  .addOption(new Option('--weights <name>', 'of a checkpoint').choices(CHECKPOINT_WEIGHTS).default('average'))
  .addOption(new Option('--layout <name>', 'how pictures are handed over').choices(['NCHW', 'NHWC']).default('NCHW'))
  .option('--free-size', 'leave height and width free')
  .option('--layers <dir>', "also write the model as TensorFlow.js's model.json and weights.bin")
  .option('--pictures <n>', 'how many random ones are compared', count, 500)
  .addOption(backendOption())
  .parse()
  .opts();
const { model: modelPath, out, weights, layout: inputLayout, pictures } = options;

const { tf, note } = await loadTensorFlow(options.backend);
if (note !== undefined) console.error(note);
try {
  const model = await loadTrained(tf, modelPath, weights);
  const onnx = await exportOnnx(tf, model, { inputLayout, dynamicSize: options.freeSize === true });
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
