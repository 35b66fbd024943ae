import { ExportError } from './export-error.ts';
import type { LayerConfig } from './layer-config.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { onnxAxis, type Value } from './value.ts';

/** Applies one of TensorFlow.js's activation functions by its name; `linear` adds nothing. */
export function activate(graph: OnnxGraph, layer: LayerConfig, value: Value, activation: string): Value {
  const hint = layer.kind === 'Activation' ? layer.name : `${layer.name}.${activation}`;
  const unary = (op: string, attributes = {}): Value => ({
    name: graph.node(op, hint, [value.name], attributes),
    shape: value.shape,
  });
  switch (activation) {
    case 'linear':
      return value;
    case 'relu':
      return unary('Relu');
    case 'relu6':
      return clip(graph, hint, value, 0, 6);
    case 'sigmoid':
      return unary('Sigmoid');
    case 'tanh':
      return unary('Tanh');
    case 'softplus':
      return unary('Softplus');
    case 'softsign':
      return unary('Softsign');
    case 'elu':
      return unary('Elu', { alpha: { float: 1 } });
    case 'selu':
      return unary('Selu');
    case 'hardSigmoid':
      return unary('HardSigmoid', { alpha: { float: 0.2 }, beta: { float: 0.5 } });
    case 'softmax':
      return unary('Softmax', { axis: { int: onnxAxis(value, -1) } });
    case 'swish':
      return times(graph, hint, value, graph.node('Sigmoid', `${hint}.gate`, [value.name]));
    case 'mish': {
      const softplus = graph.node('Softplus', `${hint}.softplus`, [value.name]);
      return times(graph, hint, value, graph.node('Tanh', `${hint}.gate`, [softplus]));
    }
    default:
      throw new ExportError(`layer "${layer.name}" (${layer.kind}): the activation "${activation}" is not exported`);
  }
}

export function clip(graph: OnnxGraph, hint: string, value: Value, low: number, high: number): Value {
  const bounds = [graph.floats(`${hint}.min`, [], [low]), graph.floats(`${hint}.max`, [], [high])];
  return { name: graph.node('Clip', hint, [value.name, ...bounds]), shape: value.shape };
}

function times(graph: OnnxGraph, hint: string, value: Value, gate: string): Value {
  return { name: graph.node('Mul', hint, [value.name, gate]), shape: value.shape };
}
