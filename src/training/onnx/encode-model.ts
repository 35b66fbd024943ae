import type { Attribute, OnnxGraph, OnnxTensor, OnnxValueInfo } from './onnx-graph.ts';
import { WireWriter } from './wire-writer.ts';

/** What stands in the file beside the graph. */
export interface ModelHeader {
  readonly opset: number;
  readonly producer: { readonly name: string; readonly version: string };
}

// Field numbers and enumerations of onnx.proto (github.com/onnx/onnx/blob/main/onnx/onnx.proto), by message.
const MODEL = { irVersion: 1, producerName: 2, producerVersion: 3, graph: 7, opsetImport: 8 } as const;
const OPSET = { version: 2 } as const;
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, f: 2, i: 3, s: 4, ints: 8, type: 20 } as const;
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 } as const;
const DATA_TYPE = { float: 1, int64: 7 } as const;
const VALUE_INFO = { name: 1, type: 2 } as const;
const TYPE = { tensorType: 1 } as const;
const TENSOR_TYPE = { elemType: 1, shape: 2 } as const;
const SHAPE = { dim: 1 } as const;
const DIMENSION = { value: 1, param: 2 } as const;

/** The graph as an ONNX file. The same graph gives the same bytes; weights are stored as little-endian raw data. */
export function encodeModel(graph: OnnxGraph, { opset, producer }: ModelHeader): Uint8Array {
  const model = new WireWriter();
  model.varint(MODEL.irVersion, irVersionOf(opset));
  model.string(MODEL.producerName, producer.name);
  model.string(MODEL.producerVersion, producer.version);
  model.message(MODEL.graph, (writer) => {
    writeGraph(writer, graph);
  });
  model.message(MODEL.opsetImport, (writer) => {
    writer.varint(OPSET.version, opset);
  });
  return model.finish();
}

/** The IR version that came with an operator set (table "Released Versions" of ONNX's Versioning.md). */
function irVersionOf(opset: number): number {
  if (opset <= 14) return 7;
  if (opset <= 18) return 8;
  return opset <= 20 ? 9 : 10;
}

function writeGraph(writer: WireWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes)
    writer.message(GRAPH.node, (w) => {
      for (const input of node.inputs) w.string(NODE.input, input);
      w.string(NODE.output, node.output);
      w.string(NODE.name, node.name);
      w.string(NODE.opType, node.op);
      for (const [name, attribute] of Object.entries(node.attributes))
        w.message(NODE.attribute, (a) => {
          writeAttribute(a, name, attribute);
        });
    });
  writer.string(GRAPH.name, 'model');
  for (const [name, tensor] of graph.tensors)
    writer.message(GRAPH.initializer, (w) => {
      writeTensor(w, name, tensor);
    });
  for (const input of graph.inputs)
    writer.message(GRAPH.input, (w) => {
      writeValueInfo(w, input);
    });
  for (const output of graph.outputs)
    writer.message(GRAPH.output, (w) => {
      writeValueInfo(w, output);
    });
}

function writeAttribute(writer: WireWriter, name: string, attribute: Attribute): void {
  writer.string(ATTRIBUTE.name, name);
  if ('float' in attribute) {
    writer.float(ATTRIBUTE.f, attribute.float);
    writer.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.float);
  } else if ('int' in attribute) {
    writer.varint(ATTRIBUTE.i, attribute.int);
    writer.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.int);
  } else if ('string' in attribute) {
    writer.string(ATTRIBUTE.s, attribute.string);
    writer.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.string);
  } else {
    for (const value of attribute.ints) writer.varint(ATTRIBUTE.ints, value);
    writer.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.ints);
  }
}

function writeTensor(writer: WireWriter, name: string, { dims, data }: OnnxTensor): void {
  for (const dim of dims) writer.varint(TENSOR.dims, dim);
  writer.varint(TENSOR.dataType, data instanceof Float32Array ? DATA_TYPE.float : DATA_TYPE.int64);
  writer.string(TENSOR.name, name);
  // Typed arrays have the machine's byte order; every platform Node.js 20 is built for by default but s390x is little-endian.
  writer.bytes(TENSOR.rawData, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(writer: WireWriter, { name, dims }: OnnxValueInfo): void {
  writer.string(VALUE_INFO.name, name);
  writer.message(VALUE_INFO.type, (type) => {
    type.message(TYPE.tensorType, (tensor) => {
      tensor.varint(TENSOR_TYPE.elemType, DATA_TYPE.float);
      tensor.message(TENSOR_TYPE.shape, (shape) => {
        for (const dim of dims)
          shape.message(SHAPE.dim, (d) => {
            if (typeof dim === 'number') d.varint(DIMENSION.value, dim);
            else d.string(DIMENSION.param, dim);
          });
      });
    });
  });
}
