import { PeerError } from '../peers/peer.ts';
import { loadTfjsNode, type Tf } from '../peers/tensorflow.ts';
import { registerFusedGradients } from './fused-ops.ts';
import { registerWasmGradients } from './wasm-gradients.ts';

export type { Tf };
export const BACKENDS = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendChoice = (typeof BACKENDS)[number];

export interface LoadedBackend {
  readonly tf: Tf;
  /** The backend that TensorFlow.js really runs on. */
  readonly backend: string;
  /** A line for the terminal when the choice costs speed. */
  readonly note?: string;
}

/** A backend that was asked for and is not there. The message says what to do. */
export class BackendError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackendError';
  }
}

/**
 * Loads TensorFlow.js on the wanted backend. `auto` takes `@tensorflow/tfjs-node` where it is installed and plain
 * JavaScript otherwise, and says in `note` what that costs; `webgpu` runs on any GPU that Dawn finds a driver for.
 * A process loads one backend: they share TensorFlow.js's registry of kernels.
 * Throws a `BackendError` with the install line when what is asked for is not there.
 */
export async function loadTensorFlow(choice: BackendChoice = 'auto'): Promise<LoadedBackend> {
  if (choice === 'webgpu') return loadWebGpu();
  if (choice === 'wasm') return loadWasm();
  if (choice !== 'cpu') {
    try {
      const tf = loadTfjsNode();
      registerFusedGradients(tf);
      return { tf, backend: tf.getBackend() };
    } catch (cause) {
      if (!(cause instanceof PeerError)) throw cause;
      if (choice === 'tensorflow') throw new BackendError(cause.message, { cause });
    }
  }
  const tf: Tf = await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  const note =
    'TensorFlow.js runs in plain JavaScript, some hundred times slower than native; for real training: npm install --no-save --save-dev @tensorflow/tfjs-node';
  return { tf, backend: tf.getBackend(), note };
}

/** What is used of the package `webgpu`, Dawn for Node; it is optional, so its own types may be absent. */
interface Dawn {
  readonly globals: object;
  readonly create: (options: readonly string[]) => {
    requestAdapter(): Promise<{ readonly info: { readonly vendor: string; readonly description: string } } | null>;
  };
}

/** TensorFlow.js on WebGPU, as Dawn brings it to Node; it looks for a browser's globals while it loads. */
async function loadWebGpu(): Promise<LoadedBackend> {
  const { create, globals } = await load<Dawn>('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (!adapter)
    throw new BackendError(
      'WebGPU finds no GPU: it needs a Vulkan driver (Linux), Metal or Direct3D 12. VK_DRIVER_FILES names the .json of a driver, such as the vk_swiftshader_icd.json of Chromium, which runs on the processor',
    );
  const tf: Tf = await import('@tensorflow/tfjs');
  await load('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new BackendError('TensorFlow.js cannot start its WebGPU backend');
  const { vendor, description } = adapter.info;
  return { tf, backend: tf.getBackend(), note: `WebGPU on ${description || vendor || 'an unnamed adapter'}` };
}

async function loadWasm(): Promise<LoadedBackend> {
  const tf: Tf = await import('@tensorflow/tfjs');
  await load('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new BackendError('TensorFlow.js cannot start its WebAssembly backend');
  registerWasmGradients(tf);
  const note =
    'TensorFlow.js runs on WebAssembly, on one thread; @tensorflow/tfjs-node is several times faster: npm install --no-save --save-dev @tensorflow/tfjs-node';
  return { tf, backend: tf.getBackend(), note };
}

async function load<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (cause) {
    throw missing(name, cause);
  }
}

function missing(name: string, cause: unknown): BackendError {
  const packages = name === 'webgpu' ? 'webgpu @tensorflow/tfjs-backend-webgpu' : name;
  return new BackendError(
    `${name} cannot be loaded; install it with \`npm install --no-save --save-dev ${packages}\``,
    {
      cause,
    },
  );
}
