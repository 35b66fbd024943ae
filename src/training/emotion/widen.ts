import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import type { Random } from '../random.ts';
import { DataSetError } from './data-set.ts';

/** Which narrow channel each wide one copies, and which share of what that one passed on it passes on. */
interface Copies {
  readonly source: Uint32Array;
  readonly share: Float32Array;
}

/**
 * Gives `wide` the function of `narrow`, both compact nets (Net2WiderNet, Chen et al. 2016): each channel more copies
 * one that is there, and whoever reads them takes a random share of each. `noise` is the standard deviation of what is
 * added to a copy's weights, relative to its kernel's; with 0 both nets answer alike, but copies would learn the same
 * for ever. Throws a `DataSetError` where `wide` has fewer channels.
 */
export function widenInto(tf: Tf, random: Random, narrow: LayersModel, wide: LayersModel, noise: number): void {
  const streams = new Map<string, Copies>();
  const copiesOf = (layer: string): Copies => {
    const [from, to] = [narrow, wide].map((net) => net.getLayer(layer).getWeights()[0]!.shape.at(-1)!);
    if (to! < from!) throw new DataSetError(`${layer} has ${to} channels, ${from} in the net to start from`);
    const stream = streamOf(layer);
    const copies = streams.get(stream) ?? chooseCopies(random, from!, to!);
    streams.set(stream, copies);
    return copies;
  };

  let read: Copies = { source: Uint32Array.of(0), share: Float32Array.of(1) };
  for (const layer of narrow.layers) {
    const weights = layer.getWeights();
    if (weights.length === 0) continue;
    let widened: Tensor[];
    if (layer.getClassName() === 'BatchNormalization') widened = weights.map((weight) => pick(tf, weight, read.source));
    else if (layer.getClassName() === 'Dense') widened = [shareOut(tf, weights[0]!, read), weights[1]!.clone()];
    else {
      const written = copiesOf(layer.name);
      const kernel = pick(tf, shareOut(tf, weights[0]!, read), written.source);
      widened = [noise === 0 ? kernel : disturb(tf, random, kernel, weights[0]!.shape.at(-1)!, noise)];
      read = written;
    }
    wide.getLayer(layer.name).setWeights(widened);
    tf.dispose(widened);
  }
}

/** A residual block adds what its second convolution says to what came in, so both must copy the same channels. */
function streamOf(layer: string): string {
  return layer.replace(/^block(\d)b$/, 'down$1');
}

function chooseCopies(random: Random, from: number, to: number): Copies {
  const source = Uint32Array.from({ length: to }, (_, i) => (i < from ? i : random.integer(from)));
  const raw = Float32Array.from(source, () => random.between(0.5, 1.5));
  const sums = new Float32Array(from);
  source.forEach((s, i) => (sums[s]! += raw[i]!));
  return { source, share: raw.map((value, i) => value / sums[source[i]!]!) };
}

/** The last axis as the copies have it. */
function pick(tf: Tf, weight: Tensor, source: Uint32Array): Tensor {
  return tf.tidy(() => tf.gather(weight, tf.tensor1d([...source], 'int32'), weight.rank - 1));
}

/** The last axis but one, which reads, as the copies have it. */
function shareOut(tf: Tf, kernel: Tensor, { source, share }: Copies): Tensor {
  return tf.tidy(() =>
    tf.gather(kernel, tf.tensor1d([...source], 'int32'), kernel.rank - 2).mul(tf.tensor2d(share, [share.length, 1])),
  );
}

/** Adds noise to the kernels of the channels from `first` on. */
function disturb(tf: Tf, random: Random, kernel: Tensor, first: number, noise: number): Tensor {
  const values = Float32Array.from(kernel.dataSync());
  const channels = kernel.shape.at(-1)!;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  for (let i = 0; i < values.length; i++) if (i % channels >= first) values[i]! += noise * deviation * random.normal();
  kernel.dispose();
  return tf.tensor(values, kernel.shape);
}
