import type { PreviewAnswer, SavedSetup, SetupAnswer } from '../setup/setup-answer.ts';
import type { SetupChanges } from '../setup/setup-changes.ts';
import { ask, wordsOf } from './ask.ts';
import { element, fill } from './element.ts';

const MARKS = { same: ' ', added: '+', removed: '−' } as const;

/** The configuration as it would be written, and the buttons that write it and begin anew. */
export class ReviewStep {
  readonly root: HTMLElement;
  readonly #onSaved: () => void;
  readonly #shown = element('div', { 'aria-live': 'polite' });
  readonly #write = element(
    'button',
    { type: 'button', class: 'main', disabled: true, onclick: () => void this.#save() },
    'Write it',
  );
  readonly #told = element('div', { role: 'status' });
  #setup: SetupAnswer | undefined;
  #changes: SetupChanges = {};
  #asked = 0;

  constructor(onSaved: () => void) {
    this.#onSaved = onSaved;
    this.root = element('div', {}, this.#shown, element('div', { class: 'row' }, this.#write), this.#told);
  }

  show(setup: SetupAnswer): void {
    this.#setup = setup;
    this.offer({});
  }

  /** Shows what these changes would come to. */
  offer(changes: SetupChanges): void {
    this.#changes = changes;
    void this.#preview();
  }

  async #preview(): Promise<void> {
    const asked = ++this.#asked;
    this.#write.disabled = true;
    if (Object.keys(this.#changes).length === 0) {
      fill(this.#shown, element('p', { class: 'small' }, 'Nothing is changed yet.'));
      return;
    }
    try {
      const preview = await ask<PreviewAnswer>('POST', '/api/setup/preview', this.#changes);
      if (asked !== this.#asked) return;
      this.#draw(preview);
      this.#write.disabled = !preview.valid || !preview.changed;
    } catch (error) {
      if (asked === this.#asked) fill(this.#shown, element('p', { class: 'notice bad' }, wordsOf(error)));
    }
  }

  #draw({ lines, secrets, faults, changed }: PreviewAnswer): void {
    if (!changed) {
      fill(this.#shown, element('p', { class: 'small' }, 'It is so already.'));
      return;
    }
    const code = element(
      'code',
      {},
      ...lines.map((line) =>
        line === null
          ? element('span', { class: 'left-out' }, '…\n')
          : element('span', { class: line.kind }, `${MARKS[line.kind]} ${line.text}\n`),
      ),
    );
    fill(
      this.#shown,
      element('p', { class: 'small' }, this.#setup?.file),
      element('pre', { class: 'code', tabindex: 0, 'aria-label': 'What would be written' }, code),
      secrets.length > 0 &&
        element('p', { class: 'small' }, `Into secrets.yaml, which only you can read: ${secrets.join(', ')}`),
      faults.length > 0 && element('ul', { class: 'notice bad' }, ...faults.map((fault) => element('li', {}, fault))),
    );
  }

  async #save(): Promise<void> {
    if (!this.#setup) return;
    this.#write.disabled = true;
    try {
      const { backups } = await ask<SavedSetup>('POST', '/api/setup/save', {
        changes: this.#changes,
        hash: this.#setup.hash,
      });
      const kept =
        backups.length > 0
          ? ` What was there is kept as ${backups.map((file) => file.split('/').at(-1)).join(' and ')}.`
          : '';
      const { canRestart } = this.#setup;
      this.#onSaved();
      fill(
        this.#told,
        element(
          'p',
          { class: 'notice good' },
          `Written.${kept} It takes effect when moodstat begins anew${canRestart ? '.' : ': restart it by hand.'}`,
        ),
        canRestart &&
          element(
            'div',
            { class: 'row' },
            element(
              'button',
              { type: 'button', class: 'main', onclick: () => void this.#restart() },
              'Restart moodstat now',
            ),
          ),
      );
    } catch (error) {
      fill(this.#told, element('p', { class: 'notice bad' }, wordsOf(error)));
      this.#write.disabled = false;
    }
  }

  async #restart(): Promise<void> {
    try {
      await ask('POST', '/api/setup/restart');
      fill(
        this.#told,
        element('p', { class: 'notice good' }, 'It begins anew; the page comes back by itself in some seconds.'),
      );
    } catch (error) {
      fill(this.#told, element('p', { class: 'notice bad' }, wordsOf(error)));
    }
  }
}
