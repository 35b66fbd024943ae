import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';
import { registerFusedGradients } from './fused-ops.ts';

export type Tf = typeof TensorFlow;
export const BACKENDS = ['auto', 'tensorflow', 'cpu'] as const;
export type BackendChoice = (typeof BACKENDS)[number];

export interface LoadedBackend {
  readonly tf: Tf;
  /** The backend that TensorFlow.js really runs on. */
  readonly backend: string;
  /** A line for the terminal when the choice costs speed. */
  readonly note?: string;
}

/**
 * Loads TensorFlow.js on the wanted backend. `auto` takes `@tensorflow/tfjs-node` where it is installed and plain
 * TensorFlow.js otherwise, and says in `note` what that costs.
 * Throws an `Error` with the install line when `tensorflow` is asked for and is not there.
 */
export async function loadTensorFlow(choice: BackendChoice = 'auto'): Promise<LoadedBackend> {
  if (choice !== 'cpu') {
    const native = loadNative();
    if (native.tf) {
      registerFusedGradients(native.tf);
      return { tf: native.tf, backend: native.tf.getBackend() };
    }
    if (choice === 'tensorflow')
      throw new Error(
        '@tensorflow/tfjs-node cannot be loaded; install it with `npm install --no-save --save-dev @tensorflow/tfjs-node`',
        {
          cause: native.cause,
        },
      );
  }
  const tf: Tf = await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  const note =
    'TensorFlow.js runs in plain JavaScript, some hundred times slower than native; for real training: npm install --no-save --save-dev @tensorflow/tfjs-node';
  return { tf, backend: tf.getBackend(), note };
}

/** Loads tfjs-node, which is CommonJS and reads its environment while it loads. */
function loadNative(): { tf?: Tf; cause?: unknown } {
  // TensorFlow leaves oneDNN's convolutions off on processors without VNNI; they train 1.3 times faster on AVX2.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  try {
    shimRemovedUtil();
    return { tf: createRequire(import.meta.url)('@tensorflow/tfjs-node') as Tf };
  } catch (cause) {
    return { cause };
  }
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed. */
function shimRemovedUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
