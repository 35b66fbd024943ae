/** Work that would weigh on the daemon if several pages asked for it at once: one after the other, and no endless row. */
export class OneAtATime {
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(most = 8) {
    this.#most = most;
  }

  /** Rejects with a `Busy` when too many wait already. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= this.#most) return Promise.reject(new Busy());
    this.#waiting++;
    const next = this.#last.then(work).finally(() => {
      this.#waiting--;
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}

/** Too many ask at once; Fastify answers with its status. */
export class Busy extends Error {
  readonly statusCode = 503;

  constructor() {
    super('too many ask at once; try again in a moment');
    this.name = 'Busy';
  }
}
