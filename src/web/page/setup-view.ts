import type { SetupAnswer } from '../setup/setup-answer.ts';
import { ask, wordsOf } from './ask.ts';
import { BrokerStep } from './setup-broker.ts';
import { CamerasStep } from './setup-cameras.ts';
import { Doctor } from './doctor.ts';
import { element, say } from './element.ts';
import { ReviewStep } from './setup-review.ts';
import type { MakeView } from './view.ts';

/** From nothing to a configuration, without a word of YAML that somebody would have to know. */
export const makeSetupView: MakeView = () => {
  const fault = element('p', { class: 'notice bad', role: 'alert', hidden: true });
  const changed = (): void => {
    review.offer({ ...cameras.changes(), ...broker.changes(), ...historyChanges() });
  };
  const cameras = new CamerasStep(changed);
  const broker = new BrokerStep(changed);
  const history = element('input', { type: 'checkbox', id: 'history', onchange: changed });
  const review = new ReviewStep(() => void load());
  const doctor = new Doctor();
  let known: SetupAnswer | undefined;

  const historyChanges = () => (known && history.checked !== known.history ? { history: history.checked } : {});
  const steps = element(
    'ol',
    { class: 'steps' },
    step('Cameras', 'moodstat looks through them; no picture is kept.', cameras.root),
    step('Where moods are told', 'Lamps, music and Home Assistant listen to an MQTT broker.', broker.root),
    step(
      'What is remembered',
      'For the timeline, and to try rules. Lines of text that only you can read, for a week; never pictures.',
      element('label', { class: 'choice' }, history, 'Keep a history of moods and of what rules did'),
    ),
    step('Look at it, then write it', 'This is what would stand in the configuration.', review.root),
  );
  const root = element(
    'section',
    { 'aria-label': 'Set-up' },
    element(
      'div',
      { class: 'head' },
      element(
        'div',
        {},
        element('h1', { tabindex: '-1' }, 'Set-up'),
        element(
          'p',
          { class: 'lead' },
          'Nothing is written before you have seen it, and what was there is kept beside it.',
        ),
      ),
    ),
    fault,
    steps,
    element('div', { class: 'block' }, doctor.root),
  );

  async function load(): Promise<void> {
    try {
      known = await ask<SetupAnswer>('GET', '/api/setup');
    } catch (error) {
      fault.hidden = false;
      say(fault, wordsOf(error));
      return;
    }
    const { faults, file } = known;
    fault.hidden = faults.length === 0;
    say(fault, faults.length === 0 ? '' : `${file} has faults: ${faults.join('; ')}`);
    cameras.show(known);
    broker.show(known.broker);
    history.checked = known.history;
    review.show(known);
  }

  let loaded = false;
  return {
    root,
    show: ([at]) => {
      // What has been typed stays when somebody looks at another view and comes back.
      if (!loaded) void load();
      loaded = true;
      if (at !== 'history') return;
      history.scrollIntoView({ block: 'center' });
      history.focus();
    },
  };
};

function step(title: string, words: string, content: HTMLElement): HTMLElement {
  return element('li', {}, element('h2', {}, title), element('p', { class: 'lead' }, words), content);
}
