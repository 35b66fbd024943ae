import type { FaultAnswer, FileAnswer, RulesAnswer, SavedAnswer } from '../rules/rules-answer.ts';
import { ask, Refusal, wordsOf } from './ask.ts';
import { element, fill, fillWith, mark } from './element.ts';

/** So long nobody types before what was typed is looked at. */
const PAUSE_MS = 500;

export interface RuleEditorEvents {
  /** A file was saved and is in force. */
  readonly onSaved: () => void;
  /** What stands in the editor, when it is another text than the saved one. */
  readonly onDraft: (draft: { readonly file: string; readonly text: string } | undefined) => void;
}

/** A rules file as text, with numbered lines and the faults beside theirs. Only what is valid can be saved. */
export class RuleEditor {
  readonly root: HTMLElement;
  readonly #events: RuleEditorEvents;
  readonly #which = element('select', {
    id: 'rules-file',
    onchange: () => {
      this.#choose(this.#which.value);
    },
  });
  readonly #numbers = element('ol', { class: 'numbers', 'aria-hidden': 'true' });
  readonly #text = element('textarea', {
    id: 'rules-text',
    spellcheck: 'false',
    autocapitalize: 'off',
    autocomplete: 'off',
    wrap: 'off',
    'aria-describedby': 'rules-faults',
  });
  readonly #faults = element('ul', { id: 'rules-faults', class: 'faults', 'aria-live': 'polite' });
  readonly #save = element(
    'button',
    { type: 'button', class: 'main', disabled: true, onclick: () => void this.#write() },
    'Save',
  );
  readonly #undo = element(
    'button',
    {
      type: 'button',
      disabled: true,
      onclick: () => {
        this.#choose(this.#file?.name ?? '');
      },
    },
    'Undo',
  );
  readonly #told = element('p', { class: 'notice', role: 'status', hidden: true });
  #files: readonly FileAnswer[] = [];
  #file: FileAnswer | undefined;
  #checking: number | undefined;
  #asked = 0;

  constructor(events: RuleEditorEvents) {
    this.#events = events;
    this.#text.addEventListener('input', () => {
      this.#typed();
    });
    this.#text.addEventListener('scroll', () => {
      this.#numbers.scrollTop = this.#text.scrollTop;
    });
    this.root = element(
      'div',
      { class: 'editor' },
      element(
        'div',
        { class: 'row tools' },
        element('label', { for: 'rules-file' }, 'File'),
        this.#which,
        element('span', { class: 'spread' }),
        this.#undo,
        this.#save,
      ),
      element('label', { for: 'rules-text', class: 'unseen' }, 'Text of the rules file'),
      element('div', { class: 'sheet' }, this.#numbers, this.#text),
      this.#told,
      this.#faults,
    );
  }

  /** Shows the files as they are now; what is being edited stays, unless it is the same. */
  show({ files, faults }: RulesAnswer): void {
    this.#files = files;
    const names = files.map(({ name }) => name);
    if (Array.from(this.#which.options, ({ value }) => value).join('\n') !== names.join('\n'))
      fill(this.#which, ...files.map(({ name }) => element('option', { value: name }, shortName(name))));
    if (this.#isDraft()) return;
    const file = files.find(({ name }) => name === this.#file?.name) ?? files[0];
    // Whoever reads in it stays where they are, unless there is something else to read.
    if (file?.name !== this.#file?.name || file?.text !== this.#file?.text) this.#choose(file?.name ?? '');
    else this.#file = file;
    this.#tellFaults(faults.filter((fault) => fault.file === this.#file?.name));
  }

  /** Brings a line into sight, and the cursor to it. */
  goTo(file: string, line: number): void {
    if (file !== this.#file?.name && !this.#isDraft()) this.#choose(file);
    const start = offsetOf(this.#text.value, line);
    this.#text.focus();
    this.#text.setSelectionRange(start, start);
    const linePx = parseFloat(getComputedStyle(this.#text).lineHeight);
    this.#text.scrollTop = Math.max(0, (line - 3) * linePx);
  }

  #choose(name: string): void {
    this.#file = this.#files.find((file) => file.name === name) ?? this.#files[0];
    this.#which.value = this.#file?.name ?? '';
    this.#text.value = this.#file?.text ?? '';
    this.#told.hidden = true;
    this.#number([]);
    this.#typed();
  }

  #isDraft(): boolean {
    return this.#file !== undefined && this.#text.value !== this.#file.text;
  }

  #typed(): void {
    const isDraft = this.#isDraft();
    this.#undo.disabled = !isDraft;
    this.#save.disabled = true;
    if (this.#numbers.childElementCount !== lineCount(this.#text.value)) this.#number([]);
    this.#events.onDraft(isDraft && this.#file ? { file: this.#file.name, text: this.#text.value } : undefined);
    clearTimeout(this.#checking);
    this.#checking = setTimeout(() => void this.#check(), PAUSE_MS);
  }

  async #check(): Promise<void> {
    if (!this.#file) return;
    const asked = ++this.#asked;
    const { name: file } = this.#file;
    const text = this.#text.value;
    try {
      const { faults } = await ask<{ faults: readonly FaultAnswer[] }>('POST', '/api/rules/check', { file, text });
      // Somebody has typed on.
      if (asked !== this.#asked || text !== this.#text.value) return;
      this.#tellFaults(faults);
      this.#save.disabled = !this.#isDraft() || faults.some(({ severity }) => severity === 'error');
    } catch (error) {
      this.#tell(wordsOf(error), 'bad');
    }
  }

  async #write(): Promise<void> {
    if (!this.#file) return;
    this.#save.disabled = true;
    const { name: file, hash } = this.#file;
    const text = this.#text.value;
    try {
      const saved = await ask<SavedAnswer>('PUT', '/api/rules/file', { file, text, hash });
      this.#file = { name: file, text, hash: saved.hash };
      this.#files = this.#files.map((one) => (one.name === file ? this.#file! : one));
      this.#tell(wordsOfSaving(saved), 'good');
      this.#tellFaults(saved.faults);
      this.#undo.disabled = true;
      this.#events.onDraft(undefined);
      this.#events.onSaved();
    } catch (error) {
      const { body = {} } = error instanceof Refusal ? error : {};
      if (Array.isArray(body['faults'])) this.#tellFaults(body['faults'] as FaultAnswer[]);
      this.#tell(wordsOf(error), 'bad');
      if (body['code'] === 'changed') this.#offerNewer();
      this.#save.disabled = false;
    }
  }

  /** Whoever was overtaken may look at the newer text; theirs is lost then, which a button must say. */
  #offerNewer(): void {
    const load = async (): Promise<void> => {
      const { files } = await ask<RulesAnswer>('GET', '/api/rules');
      this.#files = files;
      this.#choose(this.#file?.name ?? '');
    };
    this.#told.append(' ', element('button', { type: 'button', onclick: () => void load() }, 'Show it, and drop mine'));
  }

  #tell(words: string, kind: 'good' | 'bad'): void {
    this.#told.hidden = false;
    mark(this.#told, 'class', `notice ${kind}`);
    fill(this.#told, words);
  }

  #tellFaults(faults: readonly FaultAnswer[]): void {
    this.#number(faults);
    fillWith(this.#faults, faults, () =>
      faults.map(({ line, column, message, severity }) =>
        element(
          'li',
          { class: severity },
          element(
            'button',
            {
              type: 'button',
              class: 'quiet',
              onclick: () => {
                this.goTo(this.#file?.name ?? '', line);
              },
            },
            `Line ${line}`,
          ),
          element(
            'span',
            {},
            severity === 'warning' ? `warning: ${message}` : message,
            element('span', { class: 'unseen' }, `, column ${column}`),
          ),
        ),
      ),
    );
    mark(this.#text, 'aria-invalid', faults.some(({ severity }) => severity === 'error') && 'true');
  }

  #number(faults: readonly FaultAnswer[]): void {
    const worst = new Map<number, string>();
    for (const { line, severity } of faults) if (worst.get(line) !== 'error') worst.set(line, severity);
    fill(
      this.#numbers,
      ...Array.from({ length: lineCount(this.#text.value) }, (_, i) =>
        element('li', { class: worst.get(i + 1) }, String(i + 1)),
      ),
    );
    this.#numbers.scrollTop = this.#text.scrollTop;
  }
}

function wordsOfSaving({ added, changed, removed, backup }: SavedAnswer): string {
  const parts = [
    added.length > 0 && `new: ${added.join(', ')}`,
    changed.length > 0 && `changed: ${changed.join(', ')}`,
    removed.length > 0 && `gone: ${removed.join(', ')}`,
  ].filter((part) => part !== false);
  const what =
    parts.length === 0 ? 'Saved; the rules do the same as before.' : `Saved and in force. ${parts.join('; ')}.`;
  return backup === null ? what : `${what} What was there is kept as ${shortName(backup)}.`;
}

export function shortName(file: string): string {
  return file.split('/').at(-1) ?? file;
}

function lineCount(text: string): number {
  return text.split('\n').length;
}

function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let i = 1; i < line && at >= 0; i++) at = text.indexOf('\n', at) + 1 || text.length;
  return at;
}
