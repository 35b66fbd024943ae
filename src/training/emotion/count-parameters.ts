const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.dims. */
const GRAPH = 7;
const INITIALIZER = 5;
const DIMS = 1;

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes?: Uint8Array;
}

/**
 * Numbers stored in an ONNX file as weights, scalars and shapes of one dimension of up to 8 integers included: what a
 * network really carries, after batch normalisations were folded. Throws a `RangeError` on a truncated file.
 */
export function countParameters(onnx: Uint8Array): number {
  let total = 0;
  for (const model of fields(onnx)) {
    if (model.number !== GRAPH || !model.bytes) continue;
    for (const graph of fields(model.bytes)) {
      if (graph.number !== INITIALIZER || !graph.bytes) continue;
      let size = 1;
      for (const tensor of fields(graph.bytes)) {
        if (tensor.number !== DIMS) continue;
        if (!tensor.bytes) size *= tensor.value;
        else
          for (let at = 0; at < tensor.bytes.length;) {
            const [value, next] = varint(tensor.bytes, at);
            size *= value;
            at = next;
          }
      }
      total += size;
    }
  }
  return total;
}

/** Fields of a protobuf message (protobuf.dev, Encoding). */
function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const [tag, afterTag] = varint(message, at);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    at = afterTag;
    if (wire === WIRE.varint) {
      const [value, next] = varint(message, at);
      at = next;
      yield { number, value };
    } else if (wire === WIRE.bytes) {
      const [length, start] = varint(message, at);
      if (start + length > message.length) throw new RangeError('truncated ONNX file');
      at = start + length;
      yield { number, value: 0, bytes: message.subarray(start, at) };
    } else if (wire === WIRE.fixed32) at += 4;
    else if (wire === WIRE.fixed64) at += 8;
    else throw new RangeError(`not an ONNX file: wire type ${wire}`);
  }
}

function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let i = at, factor = 1; i < bytes.length; i++, factor *= 128) {
    value += (bytes[i]! & 127) * factor;
    if (bytes[i]! < 128) return [value, i + 1];
  }
  throw new RangeError('truncated ONNX file');
}
