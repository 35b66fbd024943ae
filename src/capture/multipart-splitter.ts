/** A camera that sends more without a picture's end is not sending pictures. */
const MAX_PART_BYTES = 16 * 1024 * 1024;
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Cuts a `multipart/x-mixed-replace` body (RFC 2046 §5.1.1) into its parts, as cameras really send it: lines end in CRLF
 * or LF, Content-Length is there or not, and the boundary in the header may already carry its two dashes, be quoted, or
 * be missing.
 */
export class MultipartSplitter {
  #boundary: Buffer | undefined;
  #bytes = Buffer.alloc(0);
  /** In the head of a part (or before the first one), or in its body. */
  #body: { length: number | undefined; searched: number } | undefined;

  /** `contentType` is the whole header, with its `boundary` parameter. */
  constructor(contentType: string) {
    const match = /boundary\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(contentType);
    const name = (match?.[1] ?? match?.[2] ?? '').replace(/^--/, '');
    this.#boundary = name === '' ? undefined : Buffer.from(`--${name}`, 'latin1');
  }

  /** The bodies that this chunk completes. Throws an `Error` when a part or its head grows beyond all reason. */
  push(chunk: Uint8Array): Buffer[] {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#bytes, chunk]);
    const parts: Buffer[] = [];
    for (;;) {
      if (this.#body === undefined) {
        if (!this.#readHead()) return parts;
      } else {
        const part = this.#readBody(this.#body);
        if (part === undefined) return parts;
        if (part.length > 0) parts.push(part);
      }
    }
  }

  /** Skips to the next boundary and reads the lines after it; false when more bytes are needed. */
  #readHead(): boolean {
    const start = this.#findBoundary();
    if (start === undefined) {
      if (this.#bytes.length > MAX_PART_BYTES) throw new Error('no boundary between the pictures');
      return false;
    }
    const end = endOfHead(this.#bytes, start);
    if (end === undefined) {
      if (this.#bytes.length > start + MAX_HEAD_BYTES) throw new Error('the head of a picture does not end');
      return false;
    }
    const head = this.#bytes.toString('latin1', start, end);
    const length = /^content-length\s*:\s*(\d+)/im.exec(head)?.[1];
    if (Number(length ?? 0) > MAX_PART_BYTES) throw new Error(`a picture of ${length ?? ''} bytes`);
    this.#bytes = this.#bytes.subarray(end);
    // A length of zero is what some servers write when they do not know it.
    this.#body = { length: length === undefined || Number(length) === 0 ? undefined : Number(length), searched: 0 };
    return true;
  }

  #readBody(body: { length: number | undefined; searched: number }): Buffer | undefined {
    if (body.length !== undefined) {
      if (this.#bytes.length < body.length) return undefined;
      return this.#take(body.length, body.length);
    }
    const boundary = this.#boundary ?? Buffer.from('--');
    const at = this.#bytes.indexOf(Buffer.concat([Buffer.from('\n'), boundary]), body.searched);
    if (at === -1) {
      if (this.#bytes.length > MAX_PART_BYTES) throw new Error(`a picture of more than ${MAX_PART_BYTES} bytes`);
      body.searched = Math.max(0, this.#bytes.length - boundary.length);
      return undefined;
    }
    return this.#take(at > 0 && this.#bytes[at - 1] === 0x0d ? at - 1 : at, at + 1);
  }

  #take(length: number, next: number): Buffer {
    const part = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(next);
    this.#body = undefined;
    return part;
  }

  /** Where the next boundary begins; learns it from the first line of dashes when the header did not name it. */
  #findBoundary(): number | undefined {
    if (this.#boundary === undefined) {
      const line = /(?:^|\n)(--[^\r\n]+)\r?\n/.exec(this.#bytes.toString('latin1', 0, MAX_HEAD_BYTES));
      if (line === null) return undefined;
      this.#boundary = Buffer.from(line[1]!, 'latin1');
    }
    const at = this.#bytes.indexOf(this.#boundary);
    return at === -1 ? undefined : at;
  }
}

/** Index after the first empty line, whatever its line ends. */
function endOfHead(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(0x0a, from); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return undefined;
}
