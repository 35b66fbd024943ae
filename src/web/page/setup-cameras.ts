import type { FoundCamera, SetupAnswer, TriedCamera } from '../setup/setup-answer.ts';
import type { SetupChanges } from '../setup/setup-changes.ts';
import { ask, wordsOf } from './ask.ts';
import { element, fill, mark } from './element.ts';

interface Row {
  readonly name: string;
  room: string;
  /** Undefined: as it is written. */
  readonly source: string | undefined;
  readonly shown: string;
}

/** Which cameras there are, were found, or are typed. */
export class CamerasStep {
  readonly root: HTMLElement;
  readonly #onChange: () => void;
  readonly #list = element('ul', { class: 'plainlist' });
  readonly #found = element('div', { 'aria-live': 'polite' });
  readonly #source = element('input', {
    type: 'text',
    id: 'camera-source',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'rtsp://user:password@192.168.1.20/stream',
  });
  readonly #name = element('input', { type: 'text', id: 'camera-name', autocomplete: 'off', placeholder: 'living' });
  readonly #room = element('input', {
    type: 'text',
    id: 'camera-room',
    autocomplete: 'off',
    placeholder: 'Living room',
  });
  readonly #tried = element('div', { class: 'tried', 'aria-live': 'polite' });
  readonly #try = element('button', { type: 'button', onclick: () => void this.#tryIt() }, 'Try it');
  #rows: Row[] = [];
  #before = '';

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    const form = element(
      'form',
      {
        class: 'fields',
        onsubmit: (event) => {
          event.preventDefault();
          this.#add();
        },
      },
      field(
        'Address of the camera',
        this.#source,
        'An RTSP or HTTP address, /dev/video0, or demo. A password in it goes into secrets.yaml.',
      ),
      field('A short name', this.#name, 'a–z, 0–9, _ and -; it is part of the MQTT topic.'),
      field('Room (may stay empty)', this.#room),
      element('div', { class: 'row' }, this.#try, element('button', { type: 'submit', class: 'main' }, 'Add it')),
    );
    this.root = element(
      'div',
      {},
      this.#list,
      element(
        'div',
        { class: 'row' },
        element('button', { type: 'button', onclick: () => void this.#find() }, 'Look for cameras on this machine'),
      ),
      this.#found,
      form,
      this.#tried,
    );
  }

  show({ cameras }: SetupAnswer): void {
    this.#rows = cameras.map(({ name, room, source }) => ({
      name,
      room: room ?? '',
      source: undefined,
      shown: source,
    }));
    this.#before = JSON.stringify(this.#rows);
    this.#draw();
  }

  changes(): Pick<SetupChanges, 'cameras'> {
    if (JSON.stringify(this.#rows) === this.#before) return {};
    return {
      cameras: this.#rows.map(({ name, room, source }) => ({
        name,
        room: room.trim() === '' ? null : room.trim(),
        ...(source !== undefined && { source }),
      })),
    };
  }

  #draw(): void {
    const none = element(
      'li',
      { class: 'small' },
      'No camera yet: the demo plays, a clip of a face that belongs to nobody.',
    );
    fill(
      this.#list,
      ...this.#rows.map((row) => {
        const remove = (): void => {
          this.#rows = this.#rows.filter((one) => one !== row);
          this.#draw();
          this.#onChange();
        };
        const about = [row.room, row.shown].filter((part) => part !== '').join(' · ');
        return element(
          'li',
          { class: 'row' },
          element(
            'span',
            { class: 'grow' },
            element('b', {}, row.name),
            ' ',
            element('span', { class: 'small' }, about),
          ),
          element(
            'button',
            { type: 'button', class: 'quiet', 'aria-label': `Take out ${row.name}`, onclick: remove },
            'Take out',
          ),
        );
      }),
      this.#rows.length === 0 && none,
    );
  }

  async #find(): Promise<void> {
    fill(this.#found, element('p', { class: 'small' }, 'Looking …'));
    try {
      const { cameras } = await ask<{ cameras: readonly FoundCamera[] }>('GET', '/api/setup/cameras');
      const use = (source: string): void => {
        this.#source.value = source;
        this.#name.focus();
      };
      const rows = cameras.map(({ source, title, problem }) =>
        element(
          'li',
          { class: 'row' },
          element(
            'span',
            { class: 'grow' },
            element('b', {}, title),
            ' ',
            element('span', { class: 'small' }, problem === null ? source : `${source}: ${problem}`),
          ),
          problem === null &&
            element(
              'button',
              {
                type: 'button',
                'aria-label': `Use ${title}`,
                onclick: () => {
                  use(source);
                },
              },
              'Use',
            ),
        ),
      );
      fill(
        this.#found,
        rows.length > 0
          ? element('ul', { class: 'plainlist' }, ...rows)
          : element(
              'p',
              { class: 'small' },
              'None is plugged in here. A network camera has an address: its manual or app tells it, often under RTSP or ONVIF.',
            ),
      );
    } catch (error) {
      fill(this.#found, element('p', { class: 'notice bad' }, wordsOf(error)));
    }
  }

  async #tryIt(): Promise<void> {
    const source = this.#source.value.trim();
    this.#try.disabled = true;
    fill(this.#tried, element('p', { class: 'small' }, 'Opening it; this may take ten seconds …'));
    try {
      const { width, height, fps, jpeg } = await ask<TriedCamera>('POST', '/api/setup/try-camera', { source });
      const words = `It works: ${width} × ${height} px${fps === null ? '' : `, ${fps} pictures a second`}.`;
      fill(
        this.#tried,
        element(
          'p',
          { class: 'notice good' },
          jpeg === null ? `${words} The picture itself is not shown: privacy.frames is none.` : words,
        ),
        jpeg !== null &&
          element('img', { class: 'shot', src: `data:image/jpeg;base64,${jpeg}`, alt: 'What the camera sees' }),
      );
    } catch (error) {
      fill(this.#tried, element('p', { class: 'notice bad' }, wordsOf(error)));
    } finally {
      this.#try.disabled = false;
    }
  }

  #add(): void {
    const name = this.#name.value.trim();
    const source = this.#source.value.trim();
    const taken = this.#rows.some((row) => row.name === name);
    const fault =
      source === ''
        ? ([this.#source, 'Where is the camera?'] as const)
        : !/^[a-z0-9_-]+$/.test(name)
          ? ([this.#name, 'A name has a–z, 0–9, _ and - only.'] as const)
          : taken
            ? ([this.#name, `There is a camera ${name} already.`] as const)
            : undefined;
    for (const input of [this.#source, this.#name]) mark(input, 'aria-invalid', fault?.[0] === input && 'true');
    if (fault) {
      fill(this.#tried, element('p', { class: 'notice bad' }, fault[1]));
      fault[0].focus();
      return;
    }
    this.#rows = [...this.#rows, { name, room: this.#room.value, source, shown: shownSource(source) }];
    for (const input of [this.#source, this.#name, this.#room]) input.value = '';
    fill(this.#tried);
    this.#draw();
    this.#onChange();
  }
}

/** A password that was typed is not shown again. */
function shownSource(source: string): string {
  return URL.canParse(source) ? `${new URL(source).protocol}//${new URL(source).host}` : source;
}

export function field(label: string, input: HTMLElement, hint?: string): HTMLElement {
  if (hint === undefined) return element('div', {}, element('label', { for: input.id }, label), input);
  mark(input, 'aria-describedby', `${input.id}-hint`);
  return element(
    'div',
    {},
    element('label', { for: input.id }, label),
    input,
    element('p', { class: 'small', id: `${input.id}-hint` }, hint),
  );
}
