import type { OnnxGraph, OnnxNode } from './onnx-graph.ts';

/**
 * Folds each batch normalisation into the convolution or dense layer whose only reader it is: at inference it is a
 * scale and a shift a channel, which the weights and the bias can carry (Jacob et al. 2018, section 3.2). Others stay.
 */
export function foldBatchNorm(graph: OnnxGraph): void {
  for (const norm of graph.nodes.filter((node) => node.op === 'BatchNormalization')) {
    const producer = graph.nodes.find((node) => node.output === norm.inputs[0]);
    if (!producer || !['Conv', 'Gemm'].includes(producer.op) || graph.readers(producer.output) !== 1) continue;
    fold(graph, producer, norm);
    graph.nodes.splice(graph.nodes.indexOf(norm), 1);
  }
  graph.prune();
}

function fold(graph: OnnxGraph, producer: OnnxNode, norm: OnnxNode): void {
  const [gamma, beta, mean, variance] = norm.inputs.slice(1).map((name) => floatsOf(graph, name));
  const epsilonAttribute = norm.attributes['epsilon'];
  const epsilon = epsilonAttribute && 'float' in epsilonAttribute ? epsilonAttribute.float : 1e-5;
  const [x, weightName, biasName] = producer.inputs;
  const weight = floatsOf(graph, weightName!);
  const { dims } = graph.tensors.get(weightName!)!;
  const bias = biasName === undefined ? undefined : floatsOf(graph, biasName);

  const channels = gamma!.length;
  const scale = Float64Array.from(gamma!, (g, c) => g / Math.sqrt(variance![c]! + epsilon));
  // A Conv's output channel is the first axis of its weight, a Gemm's the last.
  const block = producer.op === 'Conv' ? weight.length / channels : 1;
  const folded = weight.map((w, i) => w * scale[Math.floor(i / block) % channels]!);
  const shift = Float32Array.from(beta!, (b, c) => b + ((bias?.[c] ?? 0) - mean![c]!) * scale[c]!);

  producer.inputs = [
    x!,
    graph.floats(`${producer.name}.folded_weight`, dims, folded),
    graph.floats(`${producer.name}.folded_bias`, [channels], shift),
  ];
  producer.output = norm.output;
}

function floatsOf(graph: OnnxGraph, name: string): Float32Array {
  return graph.tensors.get(name)!.data as Float32Array;
}
