import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';

interface Planned {
  readonly atMs: number;
  readonly run: () => void;
  readonly subscription: Subscription;
}

/** A clock that a test sets; what is planned happens when the test comes to it. */
export class ManualScheduler implements SchedulerLike {
  #nowMs: number;
  #planned: Planned[] = [];

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    const subscription = new Subscription();
    const run = () => {
      work.call(subscription as SchedulerAction<T>, state);
    };
    this.#planned.push({ atMs: this.#nowMs + Math.max(0, delay), run, subscription });
    return subscription;
  }

  /** Does the next thing that is planned up to a time, at its time; false when there is none, and it is that time. */
  next(untilMs: number): boolean {
    this.#planned = this.#planned.filter(({ subscription }) => !subscription.closed);
    let first: Planned | undefined;
    for (const one of this.#planned) if (!first || one.atMs < first.atMs) first = one;
    if (!first || first.atMs > untilMs) {
      this.#nowMs = Math.max(this.#nowMs, untilMs);
      return false;
    }
    this.#planned.splice(this.#planned.indexOf(first), 1);
    this.#nowMs = Math.max(this.#nowMs, first.atMs);
    first.run();
    return true;
  }
}
