import type { CameraState, PrivacyState } from '../home-state.ts';
import { ask, wordsOf } from './ask.ts';
import { element, mark, say } from './element.ts';
import { face } from './face.ts';
import { LiveView } from './live-view.ts';
import { wordsOfCamera } from './mood-words.ts';

/** A camera in one line: what it sees, how fresh, its switch, and a button to look through it where that is allowed. */
export class CameraRow {
  readonly root: HTMLElement;
  readonly #name: string;
  readonly #place = element('span');
  readonly #mood = element('p', { class: 'mood' });
  readonly #bar = element('i');
  readonly #sure = element('span', { class: 'sure', 'aria-hidden': 'true' }, this.#bar);
  readonly #said = element('p', { class: 'small' });
  readonly #when = element('p', { class: 'small when' });
  readonly #room = element('p', { class: 'small' });
  readonly #problem = element('p', { class: 'problem', hidden: true });
  readonly #switch: HTMLButtonElement;
  readonly #look: HTMLButtonElement;
  #live: LiveView | undefined;
  #enabled = false;
  /** What did not work here. */
  #refused: string | undefined;

  constructor(name: string) {
    this.#name = name;
    this.#switch = element(
      'button',
      {
        type: 'button',
        class: 'switch',
        role: 'switch',
        'aria-label': `Camera ${name}`,
        onclick: () => void this.#toggle(),
      },
      '',
    );
    this.#look = element(
      'button',
      { type: 'button', hidden: true, 'aria-label': `Look through ${name}`, onclick: () => void this.#toggleLive() },
      'Look',
    );
    this.root = element(
      'li',
      { class: 'camera' },
      this.#place,
      element('div', {}, element('p', { class: 'name' }, name), this.#room),
      element('div', { class: 'seen' }, this.#mood, this.#sure, this.#said),
      this.#when,
      element('div', { class: 'actions' }, this.#look, this.#switch),
      this.#problem,
    );
  }

  update(camera: CameraState, privacy: PrivacyState, nowMs: number): void {
    const { look, stale, name, said, when, confidence } = wordsOfCamera(camera, nowMs);
    if (this.root.dataset['look'] !== look) {
      this.root.dataset['look'] = look;
      this.#place.replaceChildren(face(look));
    }
    mark(this.root, 'class', ['camera', stale && 'stale', !camera.enabled && 'off'].filter(Boolean).join(' '));
    say(this.#room, [camera.room, camera.watched && 'somebody is looking'].filter(Boolean).join(' · '));
    say(this.#mood, name);
    say(this.#said, said);
    say(
      this.#when,
      [when, camera.status === 'online' && `${camera.fps} pictures a second`].filter(Boolean).join(' · '),
    );
    this.#bar.style.setProperty('--share', `${confidence * 100}%`);
    this.#sure.hidden = confidence === 0;
    this.#enabled = camera.enabled;
    mark(this.#switch, 'aria-checked', String(camera.enabled));
    say(this.#switch, camera.enabled ? 'on' : 'off');
    this.#look.hidden = !privacy.liveView || !camera.enabled;
    if (this.#live && (!camera.enabled || !privacy.liveView)) this.leave();
    this.#tell(camera.problem ?? this.#refused);
  }

  /** Ends what can only be looked at here. */
  leave(): void {
    this.#live?.stop();
  }

  async #toggle(): Promise<void> {
    this.#switch.disabled = true;
    try {
      await ask('POST', `/api/cameras/${this.#name}/enabled`, { enabled: !this.#enabled });
      this.#refused = undefined;
    } catch (error) {
      this.#refused = wordsOf(error);
      this.#tell(this.#refused);
    } finally {
      this.#switch.disabled = false;
      this.#switch.focus();
    }
  }

  #tell(problem: string | undefined): void {
    this.#problem.hidden = problem === undefined;
    say(this.#problem, problem ?? '');
  }

  async #toggleLive(): Promise<void> {
    if (this.#live) {
      this.leave();
      return;
    }
    const live = new LiveView(this.#name, (why) => {
      live.root.remove();
      this.#live = undefined;
      this.#nameLook('Look');
      if (why !== undefined) this.#refused = `the live picture has ended: ${why}`;
    });
    this.#refused = undefined;
    this.#live = live;
    this.#nameLook('Stop looking');
    this.root.append(live.root);
    await live.start();
  }

  #nameLook(words: string): void {
    say(this.#look, words);
    mark(this.#look, 'aria-label', `${words} through ${this.#name}`);
  }
}
