import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FaceCard } from '../../vision/face-card.ts';
import { loadTensorFlow, type Tf } from '../backend.ts';
import { loadCheckpoint } from '../checkpoint.ts';
import { backendOption, entryScript, share } from '../entry.ts';
import { exportOnnx } from '../onnx/export-onnx.ts';
import { Random } from '../random.ts';
import { buildFaceNet, STRIDES } from './face-net.ts';
import { writeFaceCard } from './write-card.ts';

const options = entryScript(
  'npx tsx src/training/face/export.ts',
  'The averaged weights of a checkpoint become models/face.',
)
  .option('--checkpoint <file>', 'of npm run train:face', 'var/face/checkpoint.bin')
  .option('--out <dir>', 'the model', 'models/face')
  .option('--min-score <score>', 'of a face, 0 to 1', share, 0.58)
  .addOption(backendOption())
  .parse()
  .opts();

const { tf } = await loadTensorFlow(options.backend);
const checkpoint = await loadCheckpoint<{ epoch: number }>(tf, options.checkpoint);
const model = buildFaceNet(tf);
model.setWeights([...checkpoint.tensors['average']!]);
const onnx = await exportOnnx(tf, model, {
  inputLayout: 'NCHW',
  inputName: 'image',
  dynamicSize: true,
  outputLayout: 'NCHW',
  outputNames: STRIDES.map(outputName),
});
const difference = await compare(tf, model, onnx);
if (difference > 1e-3) throw new Error(`ONNX Runtime differs from TensorFlow.js by ${difference}; nothing is written`);
await mkdir(options.out, { recursive: true });
await writeFile(join(options.out, 'model.onnx'), onnx);
const card = describe(onnx);
await writeFaceCard(options.out, card);
console.log(
  `${options.out}: after epoch ${checkpoint.state.epoch}, ${card.parameters ?? 0} parameters, ${onnx.length} bytes, at most ${difference.toExponential(1)} from TensorFlow.js`,
);

function outputName(stride: number): string {
  return `output_${stride}`;
}

function describe(weights: Uint8Array): FaceCard {
  const norm = 1 / 127.5;
  return {
    kind: 'face-detector',
    name: 'moodstat face detector',
    file: 'model.onnx',
    sha256: createHash('sha256').update(weights).digest('hex'),
    input: {
      name: 'image',
      layout: 'NCHW',
      colour: 'rgb',
      mean: [127.5, 127.5, 127.5],
      scale: [norm, norm, norm],
      width: 320,
      height: 256,
      multipleOf: 32,
      padding: 127,
    },
    decoder: {
      type: 'moodstat',
      layout: 'NCHW',
      outputs: STRIDES.map((stride) => ({ name: outputName(stride), stride })),
    },
    thresholds: { score: options.minScore, nmsIou: 0.45 },
    parameters: model.countParams(),
    data: 'trained on 2,541 pictures of the WIDER FACE validation set (Yang et al. 2016), boxes of libfacedetection.train; WIDER FACE is for research, its pictures are not part of this project',
    licence: 'MIT for code and weights; see data',
  };
}

/** The largest difference of any output between TensorFlow.js and ONNX Runtime, on noise of two sizes. */
async function compare(tf: Tf, layers: LayersModel, weights: Uint8Array): Promise<number> {
  const session = await InferenceSession.create(weights);
  const random = new Random(7);
  let most = 0;
  for (const [height, width] of [
    [256, 320],
    [96, 160],
  ] as const) {
    const image = Float32Array.from({ length: height * width * 3 }, () => random.between(-1, 1));
    const expected = tf.tidy(() => {
      const outputs = layers.predict(tf.tensor4d(image, [1, height, width, 3])) as Tensor4D[];
      return outputs.map((output) => output.transpose([0, 3, 1, 2]).dataSync<'float32'>());
    });
    const planes = new Float32Array(image.length);
    for (let i = 0; i < height * width; i++)
      for (let c = 0; c < 3; c++) planes[c * height * width + i] = image[i * 3 + c]!;
    const outputs = await session.run({ image: new Tensor('float32', planes, [1, 3, height, width]) });
    STRIDES.forEach((stride, i) => {
      const values = outputs[outputName(stride)]!.data as Float32Array;
      if (values.length !== expected[i]!.length) throw new Error(`output_${stride} has the wrong size`);
      values.forEach((value, k) => {
        most = Math.max(most, Math.abs(value - expected[i]![k]!));
      });
    });
  }
  await session.release();
  return most;
}
