/**
 * Writes the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding): fields one after another, each
 * a key (`number << 3 | wire type`) and its value. Integers here are never negative.
 */
export class WireWriter {
  readonly #parts: Uint8Array[] = [];

  varint(field: number, value: number | bigint): void {
    this.#push(varintBytes(field * 8), varintBytes(value));
  }

  float(field: number, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#push(varintBytes(field * 8 + 5), bytes);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#push(varintBytes(field * 8 + 2), varintBytes(value.length), value);
  }

  string(field: number, value: string): void {
    this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, write: (writer: WireWriter) => void): void {
    const inner = new WireWriter();
    write(inner);
    this.bytes(field, inner.finish());
  }

  finish(): Uint8Array {
    const result = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of this.#parts) {
      result.set(part, offset);
      offset += part.length;
    }
    return result;
  }

  #push(...parts: Uint8Array[]): void {
    this.#parts.push(...parts);
  }
}

function varintBytes(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
