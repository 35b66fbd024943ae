import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';
import { INSTALL, isInstalled, PeerError, requirePeer } from './peer.ts';

export type Tf = typeof TensorFlow;

export interface LoadedTensorFlow {
  readonly tf: Tf;
  /** What it runs on, for people: and why not on something faster, where that is so. */
  readonly runsOn: string;
}

/**
 * TensorFlow.js on TensorFlow's own library (tfjs-node), or where that is not installed or does not load, on WebAssembly.
 * `threads` are those of one operation, for the whole process. Throws a `PeerError` with the install line when it has neither.
 */
export async function loadTensorFlow(threads: number, loadNative: () => Tf = loadTfjsNode): Promise<LoadedTensorFlow> {
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
  try {
    const tf = loadNative();
    return { tf, runsOn: `TensorFlow.js ${tf.version_core} with TensorFlow's library` };
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    if (!isInstalled('@tensorflow/tfjs') || !isInstalled('@tensorflow/tfjs-backend-wasm')) throw error;
    const tf = await loadTfjsWasm();
    return { tf, runsOn: `TensorFlow.js ${tf.version_core} with WebAssembly, for ${error.message}` };
  }
}

/** Loads tfjs-node, which reads its environment while it loads. Throws a `PeerError` with the install line. */
export function loadTfjsNode(): Tf {
  // TensorFlow leaves oneDNN's convolutions off on processors without VNNI; they run 1.3 times faster on AVX2.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  shimRemovedUtil();
  return requirePeer('@tensorflow/tfjs-node', INSTALL.tfjsNode) as Tf;
}

async function loadTfjsWasm(): Promise<Tf> {
  const tf = requirePeer('@tensorflow/tfjs', INSTALL.tfjsWasm) as Tf;
  requirePeer('@tensorflow/tfjs-backend-wasm', INSTALL.tfjsWasm);
  if (!(await tf.setBackend('wasm')))
    throw new PeerError('broken', `@tensorflow/tfjs-backend-wasm does not start; install it anew: ${INSTALL.tfjsWasm}`);
  return tf;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed. */
function shimRemovedUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
