/** More buffers at rest than this are let go: no more frames are under way at once for long. */
const MAX_AT_REST = 4;

/** Input buffers of a network. Cameras share a network, so several frames may be under way at once. */
export class BufferPool {
  readonly #atRest: Float32Array[] = [];

  /** A buffer of just this length, with whatever it held last. */
  take(length: number): Float32Array {
    const at = this.#atRest.findIndex((buffer) => buffer.length === length);
    if (at >= 0) return this.#atRest.splice(at, 1)[0]!;
    return new Float32Array(length);
  }

  /** Whoever took it no longer needs it. */
  give(buffer: Float32Array): void {
    if (this.#atRest.length >= MAX_AT_REST) this.#atRest.shift();
    this.#atRest.push(buffer);
  }
}
