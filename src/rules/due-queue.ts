/** When each rule must be looked at again: a binary heap, in which entries that were replaced are skipped later. */
export class DueQueue {
  readonly #due = new Map<string, number>();
  #heap: { readonly id: string; readonly dueMs: number }[] = [];

  /** Infinity takes it off. */
  set(id: string, dueMs: number): void {
    if (this.#due.get(id) === dueMs) return;
    if (dueMs === Infinity) {
      this.#due.delete(id);
      return;
    }
    this.#due.set(id, dueMs);
    this.#push({ id, dueMs });
    // Replaced entries must not pile up.
    if (this.#heap.length > 2 * this.#due.size + 64) this.#rebuild();
  }

  /** The earliest time, or undefined when nothing is due ever. */
  next(): number | undefined {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (this.#due.get(top.id) === top.dueMs) return top.dueMs;
      this.#pop();
    }
    return undefined;
  }

  /** All that are due at a time; they stay until they are set anew. */
  upTo(nowMs: number): string[] {
    const found: string[] = [];
    const visit = (at: number): void => {
      const entry = this.#heap[at];
      if (!entry || entry.dueMs > nowMs) return;
      if (this.#due.get(entry.id) === entry.dueMs) found.push(entry.id);
      visit(2 * at + 1);
      visit(2 * at + 2);
    };
    visit(0);
    return [...new Set(found)];
  }

  ids(): Iterable<string> {
    return this.#due.keys();
  }

  #push(entry: { readonly id: string; readonly dueMs: number }): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (heap[above]!.dueMs <= entry.dueMs) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1]!.dueMs < heap[below]!.dueMs) below++;
      if (heap[below]!.dueMs >= last.dueMs) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }

  #rebuild(): void {
    this.#heap = [];
    for (const [id, dueMs] of this.#due) this.#push({ id, dueMs });
  }
}
