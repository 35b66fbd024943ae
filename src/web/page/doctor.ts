import type { FindingAnswer } from '../setup/setup-answer.ts';
import { ask, wordsOf } from './ask.ts';
import { element, fill } from './element.ts';

const WORDS = { ok: 'Well', warning: 'Look at this', fault: 'Not well' } as const;

/** What `moodstat doctor` says, when somebody asks. */
export class Doctor {
  readonly root: HTMLElement;
  readonly #findings = element('ul', { class: 'findings', 'aria-live': 'polite' });
  readonly #ask = element('button', { type: 'button', onclick: () => void this.#look() }, 'Look at everything');

  constructor() {
    this.root = element(
      'div',
      {},
      element('h2', {}, 'Is all well?'),
      element(
        'p',
        { class: 'lead' },
        'Looks at ffmpeg, cameras, the broker, the models and permissions, and says what to do.',
      ),
      element('div', { class: 'row' }, this.#ask),
      this.#findings,
    );
  }

  async #look(): Promise<void> {
    this.#ask.disabled = true;
    fill(this.#findings, element('li', { class: 'small' }, 'Looking; this takes some seconds …'));
    try {
      const { findings } = await ask<{ findings: readonly FindingAnswer[] }>('GET', '/api/doctor');
      fill(
        this.#findings,
        ...findings.map(({ subject, status, message }) =>
          element(
            'li',
            { class: status },
            element('b', {}, WORDS[status]),
            element('span', {}, `${subject}: ${message}`),
          ),
        ),
      );
    } catch (error) {
      fill(this.#findings, element('li', { class: 'notice bad' }, wordsOf(error)));
    } finally {
      this.#ask.disabled = false;
    }
  }
}
