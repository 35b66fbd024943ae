import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { InferenceSession, Tensor as OnnxRuntimeTensor } from 'onnxruntime-node';
import type { Tf } from '../backend.ts';
import { Random } from '../random.ts';
import { ExportError } from './export-error.ts';
import type { PictureLayout } from './export-onnx.ts';

/** The agreement that an export must reach: the sum of a net's float32 roundings, far below what a score shows. */
export const PARITY_TOLERANCE = 1e-4;

export interface ParityOptions {
  /** The layouts that the model was exported with. */
  readonly inputLayout: PictureLayout;
  readonly outputLayout?: PictureLayout;
  /** How many random pictures; 500 unless said. */
  readonly pictures?: number;
  /** Height and width for inputs of free size; 64 × 64 unless said. */
  readonly freeSize?: readonly [number, number];
  readonly seed?: number;
}

/** How far two engines are apart on the same inputs. */
export interface Parity {
  readonly pictures: number;
  /** Greatest absolute difference of any output value; infinite where one is not a number. */
  readonly maxDifference: number;
  /** Greatest absolute output value, to see the difference against. */
  readonly maxMagnitude: number;
}

/**
 * Runs the same standard normal inputs through the model in TensorFlow.js and its export in ONNX Runtime, in batches of
 * 50. Throws an `ExportError` when inputs, outputs or shapes do not correspond.
 */
export async function comparePredictions(
  tf: Tf,
  model: LayersModel,
  onnx: Uint8Array,
  options: ParityOptions,
): Promise<Parity> {
  const { inputLayout, outputLayout = inputLayout, pictures = 500, freeSize = [64, 64], seed = 1 } = options;
  const random = new Random(seed);
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
  let maxDifference = 0;
  let maxMagnitude = 0;
  try {
    for (let done = 0; done < pictures; done += 50) {
      const batch = Math.min(50, pictures - done);
      const inputs = model.inputs.map(({ shape }) => {
        const sizes = shape.slice(1).map((size, i) => size ?? (shape.length === 4 && i < 2 ? freeSize[i]! : 1));
        return normalTensor(tf, random, [batch, ...sizes]);
      });
      const feeds = Object.fromEntries(
        session.inputNames.map((name, i) => {
          const laid = inOrder(tf, inputs[i]!, inputLayout);
          const values = Float32Array.from(laid.dataSync<'float32'>());
          if (laid !== inputs[i]) laid.dispose();
          return [name, new OnnxRuntimeTensor('float32', values, laid.shape)];
        }),
      );
      const got = await session.run(feeds);
      const wanted = [model.predict(inputs.length === 1 ? inputs[0]! : inputs)].flat();
      wanted.forEach((tensor, i) => {
        const name = session.outputNames[i];
        const output = name === undefined ? undefined : got[name];
        const laid = inOrder(tf, tensor, outputLayout);
        if (output?.dims.join() !== laid.shape.join())
          throw new ExportError(`output ${i} is [${output?.dims.join() ?? ''}] in ONNX, [${laid.shape.join()}] here`);
        const values = output.data as Float32Array;
        laid.dataSync<'float32'>().forEach((value, k) => {
          const difference = Math.abs(value - values[k]!);
          maxDifference = Number.isNaN(difference) ? Infinity : Math.max(maxDifference, difference);
          maxMagnitude = Math.max(maxMagnitude, Math.abs(value));
        });
        if (laid !== tensor) laid.dispose();
      });
      tf.dispose([...inputs, ...wanted]);
    }
  } finally {
    await session.release();
  }
  return { pictures, maxDifference, maxMagnitude };
}

function normalTensor(tf: Tf, random: Random, shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  );
}

function inOrder(tf: Tf, tensor: Tensor, layout: PictureLayout): Tensor {
  return layout === 'NCHW' && tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor;
}
