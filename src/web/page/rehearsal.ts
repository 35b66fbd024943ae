import type { TryAnswer } from '../rules/rules-answer.ts';
import { element } from './element.ts';
import { heldWords } from './outcomes.ts';
import { lasting, moment } from './words.ts';

/** The newest are shown. */
const SHOWN = 12;

/** What a rule would have done, in words. */
export function rehearsalWords(answer: TryAnswer, nowMs: number): HTMLElement {
  const { fromMs, untilMs, moods, fired, perDay, longestQuietMs, held, firings, missed, assumed, unheard } = answer;
  if (moods === 0) return element('p', { class: 'plain' }, 'The history has no moods of that time yet.');
  const over = `${lasting(untilMs - fromMs)} (${moods} moods)`;
  const often =
    fired === 0
      ? `It would not have acted once in ${over}.`
      : `It would have acted ${fired === 1 ? 'once' : `${fired} times`} in ${over}${perDay >= 1 && untilMs - fromMs > 86_400_000 ? `, ${perDay.toFixed(1)} times a day` : ''}. At most it would have been quiet for ${lasting(longestQuietMs)}.`;
  const kept = heldWords(held);
  const real = firings.filter((one) => one.real).length;
  return element(
    'div',
    {},
    element('p', {}, often),
    kept !== '' && element('p', { class: 'small' }, `It held back: ${kept}.`),
    real + missed.length > 0 && element('p', { class: 'small' }, realWords(fired, real, missed.length)),
    assumed && element('p', { class: 'small' }, 'No messages are recorded; its conditions on them were taken to hold.'),
    unheard && element('p', { class: 'small' }, 'No messages are recorded; its triggers on them never fired.'),
    firings.length > 0 &&
      element(
        'ol',
        { class: 'firings' },
        ...firings
          .slice(-SHOWN)
          .reverse()
          .map(({ atMs, reason, actions, real: really }) =>
            element(
              'li',
              {},
              element('time', { datetime: new Date(atMs).toISOString() }, moment(atMs, nowMs)),
              element('span', {}, reason, really && element('span', { class: 'small' }, ' (and did)')),
              element('span', { class: 'did' }, ...actions.map((action) => element('code', {}, action))),
            ),
          ),
      ),
    firings.length > SHOWN && element('p', { class: 'small' }, `The newest ${SHOWN} are shown.`),
  );
}

/** What it really did beside what it would have done. */
function realWords(fired: number, real: number, missed: number): string {
  if (missed === 0 && real === fired) return 'So it did.';
  const also = real === 0 ? '' : `${real} of them really happened`;
  const other = missed === 0 ? '' : `${missed} that happened would not have`;
  return `${[also, other].filter((part) => part !== '').join('; ')}.`;
}
