import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BACKENDS, loadTensorFlow, type BackendChoice } from '../backend.ts';
import { LayersFileError, loadLayersModel } from '../layers-file.ts';
import { ExportError } from '../onnx/export-error.ts';
import { importKeras, RANGES } from './keras-model.ts';

const USAGE = `usage: npm run import-model -- --keras FOLDER --labels a,b,c,… --range RANGE --out FOLDER [options]
  --keras FOLDER    model.json and weights that TensorFlow.js loads; from Keras: tensorflowjs_converter --input_format keras
  --labels LIST     what the outputs stand for, in their order: angry, disgust, fear, happy, sad, surprise, neutral, others
  --range RANGE     what grey values 0 to 255 become before the net: ${RANGES.join(', ')}
  --colour ORDER    rgb or bgr, for a net that sees colours
  --side PX         for a net of any size
  --margin SHARE    how much wider than the detected face its training pictures were (0)
  --name NAME       (the name of the folder)
  --data TEXT       what it was trained on
  --licence TEXT    of the weights
  --backend NAME    ${BACKENDS.join(', ')} (auto)`;

const { values: options } = parseArgs({
  options: {
    keras: { type: 'string' },
    labels: { type: 'string' },
    range: { type: 'string' },
    out: { type: 'string' },
    colour: { type: 'string' },
    side: { type: 'string' },
    margin: { type: 'string', default: '0' },
    name: { type: 'string' },
    data: { type: 'string', default: 'not stated' },
    licence: { type: 'string', default: 'not stated' },
    backend: { type: 'string', default: 'auto' },
  },
});
const { keras, labels, out, side } = options;
const range = RANGES.find((name) => name === options.range);
const colour = (['rgb', 'bgr'] as const).find((name) => name === options.colour);
const backend = BACKENDS.find((name): name is BackendChoice => name === options.backend);
if (!keras || !labels || !range || !out || !backend || (options.colour !== undefined && !colour)) {
  console.error(USAGE);
  process.exit(2);
}

// A net made elsewhere becomes a model of moodstat: ONNX, and a card that says how faces must be handed to it.
const { tf, note } = await loadTensorFlow(backend);
if (note !== undefined) console.error(note);
try {
  const { onnx, card, parity } = await importKeras(tf, await loadLayersModel(tf, keras), {
    name: options.name ?? basename(out),
    labels: labels.split(',').map((label) => label.trim()),
    range,
    ...(colour && { colour }),
    ...(side !== undefined && { side: Number(side) }),
    margin: Number(options.margin),
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
