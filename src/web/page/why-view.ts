import type { RuleAnswer, RulesAnswer, TraceAnswer, TryAnswer } from '../rules/rules-answer.ts';
import { ask, wordsOf } from './ask.ts';
import { element, fill, fillWith, mark, say } from './element.ts';
import { kindOf, OUTCOMES } from './outcomes.ts';
import { rehearsalWords } from './rehearsal.ts';
import { RuleEditor, shortName } from './rule-editor.ts';
import type { MakeView } from './view.ts';
import { ago, moment } from './words.ts';

/** What has happened is looked at again this often, while in sight. */
const LOOK_MS = 5000;

/** The rules: why they acted and why not, what they would have done, and their text. */
export const makeWhyView: MakeView = (feed) => {
  let answer: RulesAnswer | undefined;
  let chosen = '';
  let draft: { readonly file: string; readonly text: string } | undefined;
  let askedMs = 0;
  let knownFiring: unknown;

  const fault = element('p', { class: 'notice bad', role: 'alert', hidden: true });
  const list = element('ul', { class: 'rules' });
  const title = element('h2', { tabindex: '-1' });
  const about = element('p', { class: 'small' });
  const source = element('pre', { class: 'code' });
  const traces = element('ol', { class: 'traces' });
  const days = element(
    'select',
    { id: 'days' },
    ...[
      ['1', 'the last day'],
      ['7', 'the last 7 days'],
      ['30', 'the last 30 days'],
    ].map(([value, words]) => element('option', { value, selected: value === '7' }, words)),
  );
  const tryIt = element('button', { type: 'button', onclick: () => void rehearse() }, 'Try this rule');
  const tried = element('div', { class: 'tried', 'aria-live': 'polite' });
  const trying = element('div', { class: 'row' }, tryIt, element('label', { for: 'days' }, 'on'), days);
  const edit = element(
    'button',
    {
      type: 'button',
      class: 'quiet',
      onclick: () => {
        const rule = current();
        if (rule?.file != null && rule.line !== null) editor.goTo(rule.file, rule.line);
      },
    },
    'Edit',
  );
  const detail = element(
    'div',
    { class: 'detail' },
    title,
    about,
    element('div', { class: 'row' }, trying, edit),
    tried,
    element('h3', {}, 'What became of it'),
    traces,
    element('details', {}, element('summary', {}, 'As it is written'), source),
  );
  const editor = new RuleEditor({
    onSaved: () => void load(),
    onDraft: (text) => {
      draft = text;
      say(tryIt, text ? 'Try this rule as edited' : 'Try this rule');
    },
  });
  const nothing = element(
    'p',
    { class: 'plain', hidden: true },
    'There are no rules yet. Write some below; docs/rules.md says how, and config/examples/ has whole recipes.',
  );
  const root = element(
    'section',
    { 'aria-label': 'Why' },
    element(
      'div',
      { class: 'head' },
      element(
        'div',
        {},
        element('h1', { tabindex: '-1' }, 'Why'),
        element('p', { class: 'lead' }, 'What the rules did, what they let be, and for what reason.'),
      ),
    ),
    fault,
    nothing,
    element('div', { class: 'pair' }, list, detail),
    element(
      'div',
      { class: 'block' },
      element('h2', {}, 'The rules as text'),
      element(
        'p',
        { class: 'lead' },
        'What is valid takes effect when it is saved; what was there before is kept beside it.',
      ),
      editor.root,
    ),
  );

  const current = (): RuleAnswer | undefined => answer?.rules.find(({ id }) => id === chosen);

  async function load(): Promise<void> {
    askedMs = Date.now();
    try {
      answer = await ask<RulesAnswer>('GET', '/api/rules');
      fault.hidden = true;
    } catch (error) {
      fault.hidden = false;
      say(fault, wordsOf(error));
      return;
    }
    const { rules, history } = answer;
    if (!current()) chosen = rules[0]?.id ?? '';
    nothing.hidden = rules.length > 0;
    detail.hidden = rules.length === 0;
    editor.show(answer);
    drawList(rules);
    tryIt.disabled = days.disabled = !history;
    if (!history && tried.childElementCount === 0)
      fill(
        tried,
        element(
          'p',
          { class: 'small' },
          'To try a rule, moodstat must have kept a history: ',
          element('a', { href: '#setup/history' }, 'switch it on'),
          '.',
        ),
      );
    drawDetail();
    await loadTraces();
  }

  function drawList(rules: readonly RuleAnswer[]): void {
    const had = document.activeElement?.getAttribute('href');
    fill(list, ...rules.map((rule) => ruleLink(rule, rule.id === chosen, feed.now())));
    // The list is made anew; whoever was in it stays in it.
    if (had != null) [...list.querySelectorAll('a')].find((link) => link.getAttribute('href') === had)?.focus();
  }

  function drawDetail(): void {
    const rule = current();
    if (!rule) return;
    say(title, rule.alias ?? rule.id);
    const where = rule.file === null ? '' : `, line ${rule.line} of ${shortName(rule.file)}`;
    say(about, `${rule.id}${where}${rule.dryRun ? '. It only says what it would do (dry_run).' : ''}`);
    say(source, rule.text ?? '');
  }

  async function loadTraces(): Promise<void> {
    const id = chosen;
    if (id === '') return;
    const told = await ask<{ traces: readonly TraceAnswer[] }>(
      'GET',
      `/api/rules/traces?id=${encodeURIComponent(id)}`,
    ).catch(() => ({ traces: [] }));
    if (id !== chosen) return;
    const none = element('li', { class: 'small' }, 'Nothing has stirred it since moodstat started.');
    fillWith(traces, [id, told.traces], () =>
      told.traces.length > 0 ? told.traces.map((trace) => traceItem(trace, feed.now())) : [none],
    );
  }

  async function rehearse(): Promise<void> {
    const id = chosen;
    tryIt.disabled = true;
    fill(tried, element('p', { class: 'small' }, 'Playing the history against it …'));
    try {
      const told = await ask<TryAnswer>('POST', '/api/rules/try', { id, days: Number(days.value), ...draft });
      if (id === chosen) fill(tried, rehearsalWords(told, feed.now()));
    } catch (error) {
      fill(tried, element('p', { class: 'notice bad' }, wordsOf(error)));
    } finally {
      tryIt.disabled = false;
    }
  }

  return {
    root,
    show: ([id]) => {
      if (id !== undefined && id !== chosen) {
        chosen = id;
        fill(tried);
      }
      void load();
    },
    update: ({ fired }) => {
      const news = fired !== knownFiring || Date.now() - askedMs > LOOK_MS;
      knownFiring = fired;
      if (news && document.visibilityState === 'visible') void load();
    },
  };
};

function ruleLink({ id, alias, dryRun, last }: RuleAnswer, isChosen: boolean, nowMs: number): HTMLElement {
  const what = last ? `${OUTCOMES[last.outcome]}, ${ago(nowMs - Date.parse(last.at))}` : 'Nothing yet';
  const link = element(
    'a',
    { href: `#why/${encodeURIComponent(id)}` },
    element('span', { class: 'name' }, alias ?? id),
    element('span', { class: `outcome ${last ? kindOf(last.outcome) : 'none'}` }, what),
    dryRun && element('span', { class: 'small' }, 'only says what it would do'),
  );
  mark(link, 'aria-current', isChosen && 'true');
  return element('li', {}, link);
}

function traceItem({ at, outcome, reason, conditions }: TraceAnswer, nowMs: number): HTMLElement {
  return element(
    'li',
    { class: kindOf(outcome) },
    element('time', { datetime: at, title: new Date(at).toLocaleString('en-GB') }, moment(Date.parse(at), nowMs)),
    element(
      'div',
      {},
      element('p', {}, element('b', {}, OUTCOMES[outcome]), ` – ${reason}`),
      conditions.length > 0 &&
        element(
          'ul',
          { class: 'conditions' },
          ...conditions.map(({ condition, holds, found }) =>
            element(
              'li',
              {},
              `${holds === null ? 'nobody knows' : holds ? 'holds' : 'does not hold'}: ${condition}, ${found}`,
            ),
          ),
        ),
    ),
  );
}
