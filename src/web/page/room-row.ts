import type { RoomState } from '../home-state.ts';
import { element, mark, say } from './element.ts';
import { face } from './face.ts';
import { wordsOfMood } from './mood-words.ts';

/** A room's mood in one line. */
export class RoomRow {
  readonly root: HTMLElement;
  readonly #place = element('span');
  readonly #mood = element('p', { class: 'mood' });
  readonly #when = element('p', { class: 'small when' });

  constructor(name: string) {
    this.root = element(
      'li',
      { class: 'camera' },
      this.#place,
      element('p', { class: 'name' }, name),
      element('div', { class: 'seen' }, this.#mood),
      this.#when,
    );
  }

  update({ mood }: RoomState, nowMs: number): void {
    const { look, stale, name, said, when } = wordsOfMood(mood, nowMs);
    if (this.root.dataset['look'] !== look) {
      this.root.dataset['look'] = look;
      this.#place.replaceChildren(face(look));
    }
    mark(this.root, 'class', stale ? 'camera stale' : 'camera');
    say(this.#mood, name);
    say(this.#when, [said, when].filter((words) => words !== '').join(', '));
  }
}
