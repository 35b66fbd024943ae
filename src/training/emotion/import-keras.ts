import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { loadTensorFlow } from '../backend.ts';
import { anyNumber, backendOption, count, entryScript } from '../entry.ts';
import { LayersFileError, loadLayersModel } from '../layers-file.ts';
import { ExportError } from '../onnx/export-error.ts';
import { importKeras, RANGES } from './keras-model.ts';

const options = entryScript(
  'npm run import-model --',
  'A net made elsewhere becomes a model: ONNX, and a card that says how faces must be handed to it.',
)
  .requiredOption(
    '--keras <dir>',
    'model.json and weights that TensorFlow.js loads; from Keras: tensorflowjs_converter --input_format keras',
  )
  .requiredOption(
    '--labels <a,b,…>',
    'what the outputs stand for, in their order: angry, disgust, fear, happy, sad, surprise, neutral, others',
  )
  .addOption(
    new Option('--range <name>', 'what grey values 0 to 255 become before the net')
      .choices(RANGES)
      .makeOptionMandatory(),
  )
  .requiredOption('--out <dir>', 'the model')
  .addOption(new Option('--colour <order>', 'for a net that sees colours').choices(['rgb', 'bgr']))
  .option('--side <px>', 'for a net of any size', count)
  .option('--margin <share>', 'how much wider than the detected face its training pictures were', anyNumber, 0)
  .option('--name <text>', 'of the model (default: the name of the folder)')
  .option('--data <text>', 'what it was trained on', 'not stated')
  .option('--licence <text>', 'of the weights', 'not stated')
  .addOption(backendOption())
  .parse()
  .opts();
const { keras, labels, range, colour, out, side } = options;

const { tf, note } = await loadTensorFlow(options.backend);
if (note !== undefined) console.error(note);
try {
  const { onnx, card, parity } = await importKeras(tf, await loadLayersModel(tf, keras), {
    name: options.name ?? basename(out),
    labels: labels.split(',').map((label) => label.trim()),
    range,
    ...(colour && { colour }),
    ...(side !== undefined && { side }),
    margin: options.margin,
    data: options.data,
    licence: options.licence,
  });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'model.onnx'), onnx);
  await writeFile(join(out, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  console.log(`${parity.pictures} random pictures: greatest difference ${parity.maxDifference.toExponential(2)}`);
  console.log(`${out}: ${card.parameters ?? 0} parameters, ${onnx.length} bytes, ${card.heads.product.activation}`);
  console.log(`it is not calibrated; measure it: npm run evaluate -- --data DIR --model ${out} --head product`);
} catch (error) {
  if (!(error instanceof ExportError || error instanceof LayersFileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
