import { element } from './element.ts';

/** Shows nothing yet. */
export class LiveView {
  readonly root = element('div', { class: 'live' });
  readonly #onEnd: () => void;

  constructor(_camera: string, onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): void {
    this.#onEnd();
  }
}
