/**
 * Which states still have to go out over one connection: each topic at most once in flight, so that a newer state
 * overtakes all older ones that wait, and not more topics in flight than the broker takes. Holds topics only: whoever
 * sends reads the newest payload at that moment.
 */
export class StateDelivery {
  readonly #waiting = new Set<string>();
  readonly #inFlight = new Set<string>();
  readonly #window: number;

  constructor(window: number) {
    this.#window = window;
  }

  get idle(): boolean {
    return this.#waiting.size === 0 && this.#inFlight.size === 0;
  }

  /** This topic has a state that is not on the broker. */
  offer(topic: string): void {
    this.#waiting.add(topic);
  }

  /** The topic to send now, counted as in flight; undefined when nothing may be sent. */
  next(): string | undefined {
    if (this.#inFlight.size >= this.#window) return undefined;
    for (const topic of this.#waiting) {
      if (this.#inFlight.has(topic)) continue;
      this.#waiting.delete(topic);
      this.#inFlight.add(topic);
      return topic;
    }
    return undefined;
  }

  /** The broker answered, or will not; true when nothing newer waits for this topic. */
  settled(topic: string): boolean {
    this.#inFlight.delete(topic);
    return !this.#waiting.has(topic);
  }
}
