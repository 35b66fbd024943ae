import type { FindingAnswer, SetupBroker } from '../setup/setup-answer.ts';
import type { SetupChanges } from '../setup/setup-changes.ts';
import { ask, wordsOf } from './ask.ts';
import { element, fill } from './element.ts';
import { field } from './setup-cameras.ts';

/** The embedded broker, or somebody's own. */
export class BrokerStep {
  readonly root: HTMLElement;
  readonly #embedded: HTMLInputElement;
  readonly #own: HTMLInputElement;
  readonly #url = element('input', {
    type: 'text',
    id: 'broker-url',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'mqtt://homeassistant.local:1883',
  });
  readonly #username = element('input', { type: 'text', id: 'broker-user', autocomplete: 'off', spellcheck: 'false' });
  readonly #password = element('input', { type: 'password', id: 'broker-password', autocomplete: 'new-password' });
  readonly #tested = element('div', { 'aria-live': 'polite' });
  readonly #test = element('button', { type: 'submit' }, 'Test it');
  readonly #fields: HTMLElement;
  #known: SetupBroker = { embedded: true, url: null, username: null, hasPassword: false };

  constructor(onChange: () => void) {
    const choose = (): void => {
      this.#fields.hidden = !this.#own.checked;
      onChange();
    };
    const radio = (id: string): HTMLInputElement =>
      element('input', { type: 'radio', name: 'broker', id, onchange: choose });
    this.#embedded = radio('broker-embedded');
    this.#own = radio('broker-own');
    for (const input of [this.#url, this.#username, this.#password]) input.addEventListener('change', onChange);
    const stay = (event: Event): void => {
      event.preventDefault();
      void this.#tryIt();
    };
    this.#fields = element(
      'form',
      { class: 'fields', onsubmit: stay },
      field('Address', this.#url),
      field('User', this.#username, 'Empty when the broker asks for none.'),
      field(
        'Password',
        this.#password,
        'It goes into secrets.yaml, and is not shown again. Left empty, the one that is known stays.',
      ),
      element('div', { class: 'row' }, this.#test),
      this.#tested,
    );
    this.root = element(
      'fieldset',
      {},
      element('legend', { class: 'unseen' }, 'Broker'),
      element('label', { class: 'choice' }, this.#embedded, 'moodstat’s own, on this machine: nothing else is needed'),
      element(
        'label',
        { class: 'choice' },
        this.#own,
        'A broker that is there already, such as Home Assistant’s or Mosquitto',
      ),
      this.#fields,
    );
  }

  show(broker: SetupBroker): void {
    this.#known = broker;
    this.#embedded.checked = broker.embedded;
    this.#own.checked = !broker.embedded;
    this.#fields.hidden = broker.embedded;
    this.#url.value = broker.url ?? '';
    this.#username.value = broker.username ?? '';
    this.#password.value = '';
    this.#password.placeholder = broker.hasPassword ? 'as it is' : '';
    fill(this.#tested);
  }

  changes(): Pick<SetupChanges, 'broker'> {
    if (this.#embedded.checked) return this.#known.embedded ? {} : { broker: { embedded: true } };
    const broker = this.#typed();
    return Object.keys(broker).length === 0 ? {} : { broker };
  }

  /** What is not as it was. */
  #typed() {
    const url = this.#url.value.trim();
    const username = this.#username.value.trim();
    const { value: password } = this.#password;
    return {
      ...(url !== (this.#known.url ?? '') && { url }),
      ...(username !== (this.#known.username ?? '') && { username: username === '' ? null : username }),
      ...(password !== '' && { password }),
    };
  }

  async #tryIt(): Promise<void> {
    this.#test.disabled = true;
    fill(this.#tested, element('p', { class: 'small' }, 'Calling it …'));
    try {
      const { status, message } = await ask<FindingAnswer>('POST', '/api/setup/test-broker', this.#typed());
      fill(
        this.#tested,
        element(
          'p',
          { class: `notice ${status === 'ok' ? 'good' : 'bad'}` },
          status === 'ok' ? `It works: ${message}.` : message,
        ),
      );
    } catch (error) {
      fill(this.#tested, element('p', { class: 'notice bad' }, wordsOf(error)));
    } finally {
      this.#test.disabled = false;
    }
  }
}
