import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import type { Tf } from '../../../src/training/backend.ts';
import { exportOnnx, type ExportOptions } from '../../../src/training/onnx/export-onnx.ts';
import { Random } from '../../../src/training/random.ts';

/** Normal numbers, the same for the same seed. */
export function randomTensor(tf: Tf, shape: readonly number[], seed = 1): Tensor {
  const random = new Random(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    [...shape],
  );
}

/** Gives every weight a random value, running variances a positive one: zeros and ones would hide mistakes. */
export function randomiseWeights(tf: Tf, model: LayersModel, seed = 7): void {
  const random = new Random(seed);
  const values = model.weights.map((weight) => {
    const shape = weight.shape as number[];
    const size = shape.reduce((a, b) => a * b, 1);
    const positive = weight.originalName.endsWith('moving_variance');
    const draw = (): number => (positive ? random.between(0.5, 2) : random.normal() * 0.5);
    return tf.tensor(Float32Array.from({ length: size }, draw), shape);
  });
  // model.weights lists trainable ones first, setWeights wants the same order.
  model.setWeights(values);
  tf.dispose(values);
}

/** Runs the bytes of an ONNX model; pictures are handed over as they lie in the tensor. */
export async function runOnnx(
  onnx: Uint8Array,
  feeds: Record<string, Tensor>,
): Promise<ort.InferenceSession.OnnxValueMapType> {
  const session = await ort.InferenceSession.create(onnx, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const tensors = Object.entries(feeds).map(([name, tensor]) => [
      name,
      new ort.Tensor('float32', tensor.dataSync() as Float32Array, tensor.shape),
    ]);
    return await session.run(Object.fromEntries(tensors) as Record<string, ort.Tensor>);
  } finally {
    await session.release();
  }
}

/** The greatest difference between the model's outputs in TensorFlow.js and, exported, in ONNX Runtime (all NHWC). */
export async function exportDifference(
  tf: Tf,
  model: LayersModel,
  inputs: readonly Tensor[],
  options: Partial<ExportOptions> = {},
): Promise<number> {
  const onnx = await exportOnnx(tf, model, { inputLayout: 'NHWC', ...options });
  const layout = options.inputLayout ?? 'NHWC';
  const names = options.inputName === undefined ? model.inputNames : [options.inputName];
  const feeds = Object.fromEntries(
    names.map((name, i) => {
      const input = inputs[i]!;
      return [name, layout === 'NCHW' && input.rank === 4 ? tf.transpose(input, [0, 3, 1, 2]) : input];
    }),
  );
  const got = await runOnnx(onnx, feeds);
  const wanted = [model.predict(inputs.length === 1 ? inputs[0]! : [...inputs])].flat();
  const outputLayout = options.outputLayout ?? layout;
  let worst = 0;
  wanted.forEach((tensor, i) => {
    const laid = outputLayout === 'NCHW' && tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor;
    const output = got[(options.outputNames ?? model.outputNames)[i]!]!;
    if (output.dims.join() !== laid.shape.join())
      throw new Error(`output ${i} is [${output.dims.join()}] in ONNX, [${laid.shape.join()}] in TensorFlow.js`);
    const values = output.data as Float32Array;
    laid.dataSync().forEach((value, k) => {
      const difference = Math.abs(value - values[k]!);
      worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    });
  });
  return worst;
}
