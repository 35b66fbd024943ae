import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from './model-error.ts';
import type { Network, NetworkNames, Outputs } from './network.ts';
import { readWeights, type WeightsFile } from './read-weights.ts';

/**
 * How all networks are run. Threads that wait for each other's part of a layer by spinning cost as much CPU as if they
 * worked (`npm run bench -- --only threads`), so they sleep.
 */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/**
 * Opens the weights that a card names in ONNX Runtime. Throws a `ModelError` when they are missing or damaged, when it cannot
 * read them, or when they have other names than the card says.
 */
export async function openOnnxNetwork(
  modelDir: string,
  card: WeightsFile,
  names: NetworkNames,
  threads = 1,
): Promise<Network> {
  const weights = await readWeights(modelDir, card);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(weights, sessionOptions(threads));
  } catch (cause) {
    throw new ModelError(
      'bad-weights',
      `${join(modelDir, card.file)}: ONNX Runtime cannot load it; restore the model`,
      { cause },
    );
  }
  requireNames(modelDir, names, session);
  return {
    async run(values, dims, input) {
      try {
        const feeds = { [names.input]: new Tensor('float32', values, dims) };
        return (await session.run(feeds, names.outputs)) as unknown as Outputs;
      } catch (cause) {
        throw new ModelError('inference', `${modelDir}: inference failed on ${input()} (${(cause as Error).message})`, {
          cause,
        });
      }
    },
    close: () => session.release(),
  };
}

function requireNames(modelDir: string, { input, outputs }: NetworkNames, session: InferenceSession): void {
  const missing = [
    ...(session.inputNames.includes(input) ? [] : [`input ${input}`]),
    ...outputs.filter((name) => !session.outputNames.includes(name)).map((name) => `output ${name}`),
  ];
  if (missing.length === 0) return;
  const has = [...session.inputNames, ...session.outputNames].join(', ');
  throw new ModelError(
    'bad-card',
    `${modelDir}: the weights have no ${missing.join(', ')}, only ${has}; correct the card`,
  );
}
