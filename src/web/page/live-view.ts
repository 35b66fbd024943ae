import { ask, wordsOf } from './ask.ts';
import { element, fill, say } from './element.ts';
import { clockTime } from './words.ts';

/** How many look now, in this window: the last to stop takes back the permission for all. */
let open = 0;

/** What a camera sees, with its faces drawn in, for as long as the daemon allows it; marked by a frame and words. */
export class LiveView {
  readonly root: HTMLElement;
  readonly #camera: string;
  readonly #onEnd: (why?: string) => void;
  readonly #words = element('span', { class: 'small' });
  readonly #stage = element('div', { class: 'stage' });
  #timer: number | undefined;
  #ended = false;

  /** `onEnd` is told once, with a reason when nobody asked for the end. */
  constructor(camera: string, onEnd: (why?: string) => void) {
    this.#camera = camera;
    this.#onEnd = onEnd;
    const head = element('div', { class: 'row', role: 'status' }, element('strong', {}, 'Live picture'), this.#words);
    this.root = element('div', { class: 'live' }, head, this.#stage);
    open++;
  }

  /** Asks for permission, then shows the picture. */
  async start(): Promise<void> {
    try {
      const { until } = await ask<{ until: string | null }>('POST', '/api/live');
      if (this.#ended || until === null) return;
      const endMs = Date.parse(until);
      say(this.#words, `ends by itself at ${clockTime(endMs)}; nothing is kept`);
      this.#timer = setTimeout(() => {
        this.#end('its time was over');
      }, endMs - Date.now());
      const picture = element('img', { src: `/api/live/${this.#camera}`, alt: `What ${this.#camera} sees now` });
      picture.addEventListener('error', () => {
        this.#end('no picture comes');
      });
      fill(this.#stage, picture);
    } catch (error) {
      this.#end(wordsOf(error));
    }
  }

  stop(): void {
    this.#end();
  }

  #end(why?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    // An image goes on loading its stream until it has another address.
    this.#stage.querySelector('img')?.removeAttribute('src');
    this.#stage.replaceChildren();
    if (--open === 0) ask('DELETE', '/api/live').catch(() => undefined);
    this.#onEnd(why);
  }
}
