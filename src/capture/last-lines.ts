const MAX_LINE = 500;

/** Keeps the last lines of a text that arrives in pieces; empty lines do not count. */
export class LastLines {
  readonly #keep: number;
  #lines: string[] = [];
  #open = '';

  constructor(keep: number) {
    this.#keep = keep;
  }

  push(text: string): void {
    const pieces = (this.#open + text).split(/[\r\n]+/);
    this.#open = (pieces.pop() ?? '').slice(0, MAX_LINE);
    const whole = pieces.filter((line) => line.trim() !== '').map((line) => line.slice(0, MAX_LINE));
    this.#lines = [...this.#lines, ...whole].slice(-this.#keep);
  }

  /** Oldest first; the line that has not ended yet counts as the last. */
  lines(): string[] {
    return this.#open.trim() === '' ? [...this.#lines] : [...this.#lines, this.#open].slice(-this.#keep);
  }
}
