import type { BinAnswer, HistoryAnswer } from '../history/history-answer.ts';
import { ask, wordsOf } from './ask.ts';
import { Curves } from './curves.ts';
import { element, fill, mark, say } from './element.ts';
import { paintLanes } from './mood-lanes.ts';
import { emptyHistory, keyOf, lanesOf, nameOf, tellFirings, tellShares, wordsOfBin } from './timeline-parts.ts';
import type { MakeView } from './view.ts';
import { moment } from './words.ts';

const MINUTE_MS = 60_000;
const SPANS = [
  { name: '15 min', ms: 15 * MINUTE_MS },
  { name: '1 h', ms: 60 * MINUTE_MS },
  { name: '6 h', ms: 360 * MINUTE_MS },
  { name: '24 h', ms: 1440 * MINUTE_MS },
  { name: '7 days', ms: 7 * 1440 * MINUTE_MS },
] as const;
const LEAST_MS = 10_000;

/** Moods and rules over the last minutes to days. */
export const makeTimelineView: MakeView = (feed) => {
  let spanMs: number = SPANS[0].ms;
  /** The end; undefined while it is now. */
  let untilMs: number | undefined;
  let answer: HistoryAnswer | undefined;
  let place = '';
  let askedMs = 0;
  let visible = false;
  let cursor: number | undefined;
  let layout = { left: 44, width: 100 };

  const spans = SPANS.map(({ name, ms }) => {
    const choose = (): void => {
      spanMs = ms;
      untilMs = undefined;
      void load();
    };
    return { ms, button: element('button', { type: 'button', onclick: choose }, name) };
  });
  const step = (label: string, title: string, change: () => void) =>
    element(
      'button',
      {
        type: 'button',
        'aria-label': title,
        title,
        onclick: () => {
          change();
          void load();
        },
      },
      label,
    );
  const end = (): number => untilMs ?? feed.now();
  const moves = [
    step('←', 'Earlier', () => (untilMs = end() - spanMs / 2)),
    step('→', 'Later', () => {
      const later = end() + spanMs / 2;
      untilMs = later >= feed.now() ? undefined : later;
    }),
    step('+', 'Closer', () => {
      untilMs = untilMs === undefined ? undefined : untilMs - spanMs / 4;
      spanMs = Math.max(LEAST_MS, spanMs / 2);
    }),
    step('−', 'Wider', () => {
      spanMs = Math.min(SPANS[4].ms * 4, spanMs * 2);
    }),
  ];
  const where = element('select', {
    id: 'place',
    onchange: () => {
      place = where.value;
      draw();
    },
  });
  const csv = element('a', { class: 'button', download: '' }, 'Save as CSV');
  const range = element('p', { class: 'lead' });
  const lanes = element('canvas', { class: 'lanes' });
  const curvesRoot = element('div', { class: 'curves' });
  const readout = element('p', { class: 'readout' });
  const chart = element(
    'div',
    {
      class: 'chart',
      tabindex: 0,
      role: 'slider',
      'aria-label': 'A time on the timeline',
      'aria-valuemin': 0,
      'aria-valuemax': 0,
      'aria-valuenow': 0,
      onkeydown: (event) => {
        move(event as KeyboardEvent);
      },
    },
    lanes,
    curvesRoot,
  );
  const shares = element('ul', { class: 'shares' });
  const fired = element('ol', { class: 'firings' });
  const firedHead = element('h2', {}, 'Rules that acted');
  const fault = element('p', { class: 'notice bad', role: 'alert', hidden: true });
  const off = emptyHistory();
  const full = element(
    'div',
    { hidden: true },
    element(
      'div',
      { class: 'row tools' },
      element('div', { class: 'row', role: 'group', 'aria-label': 'How long' }, ...spans.map(({ button }) => button)),
      element('div', { class: 'row', role: 'group', 'aria-label': 'Move and zoom' }, ...moves),
      csv,
    ),
    chart,
    element(
      'div',
      { class: 'row under' },
      element(
        'p',
        { class: 'key small' },
        element('span', { class: 'stroke' }),
        'valence, −1 unpleasant to 1 pleasant',
        element('span', { class: 'stroke dashed' }),
        'arousal, 0 at rest to 1 excited',
        element('span', { class: 'of' }, element('label', { for: 'place' }, 'of'), where),
      ),
    ),
    readout,
    element('div', { class: 'block' }, element('h2', {}, 'In all this time'), shares),
    element('div', { class: 'block' }, firedHead, fired),
  );
  const root = element(
    'section',
    { 'aria-label': 'Timeline' },
    element('div', { class: 'head' }, element('div', {}, element('h1', { tabindex: '-1' }, 'Timeline'), range)),
    fault,
    off,
    full,
  );

  const curves = new Curves(curvesRoot, {
    onZoom: (fromMs, toMs) => {
      spanMs = Math.max(LEAST_MS, toMs - fromMs);
      untilMs = toMs;
      void load();
    },
    onPoint: (bin) => {
      point(bin);
    },
    onLayout: (left, width) => {
      layout = { left, width };
      paint();
    },
  });

  async function load(): Promise<void> {
    const toMs = Math.round(end());
    askedMs = Date.now();
    const from = new Date(Math.round(toMs - spanMs)).toISOString();
    const to = new Date(toMs).toISOString();
    const bins = Math.max(40, Math.min(400, Math.round((curvesRoot.clientWidth || 800) / 3)));
    try {
      answer = await ask<HistoryAnswer>('GET', `/api/history?from=${from}&to=${to}&bins=${bins}`);
      fault.hidden = true;
    } catch (error) {
      fault.hidden = false;
      say(fault, wordsOf(error));
      return;
    }
    csv.href = `/api/history.csv?from=${from}&to=${to}`;
    off.hidden = answer.enabled;
    full.hidden = !answer.enabled;
    for (const { ms, button } of spans) mark(button, 'aria-pressed', String(untilMs === undefined && ms === spanMs));
    say(
      range,
      answer.enabled
        ? `${moment(answer.fromMs, feed.now())} to ${untilMs === undefined ? 'now' : moment(answer.toMs, feed.now())}`
        : '',
    );
    if (answer.enabled) draw();
  }

  function draw(): void {
    if (!answer) return;
    const keys = answer.places.map(keyOf);
    if (!keys.includes(place)) place = keys[0] ?? '';
    if (Array.from(where.options, ({ value }) => value).join() !== keys.join())
      fill(where, ...answer.places.map((one) => element('option', { value: keyOf(one) }, nameOf(one))));
    where.value = place;
    const shown = answer.places.find((one) => keyOf(one) === place);
    void curves.show({ ...answer, bins: shown?.bins ?? [] }).catch((error: unknown) => {
      fault.hidden = false;
      say(fault, wordsOf(error));
    });
    paint();
    point(undefined);
    mark(chart, 'aria-valuemax', String(Math.max(0, (shown?.bins.length ?? 1) - 1)));
    tellShares(shares, shown, answer);
    tellFirings(firedHead, fired, answer, feed.now());
  }

  function paint(): void {
    if (answer) paintLanes(lanes, lanesOf(answer), answer, { ...layout, cursor });
  }

  function move(event: KeyboardEvent): void {
    const count = shownBins().length;
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined || count === 0) return;
    event.preventDefault();
    point(Math.max(0, Math.min(count - 1, (cursor ?? count - 1) + by)));
  }

  function shownBins(): readonly (BinAnswer | null)[] {
    return answer?.places.find((one) => keyOf(one) === place)?.bins ?? [];
  }

  function point(bin: number | undefined): void {
    if (!answer || (bin === cursor && readout.textContent !== '')) return;
    cursor = bin;
    const words =
      bin === undefined
        ? 'Point at a time, or choose one with the arrow keys; drag over the curves to look closer.'
        : wordsOfBin(answer, bin, shownBins()[bin] ?? null);
    say(readout, words);
    mark(chart, 'aria-valuenow', String(bin ?? 0));
    mark(chart, 'aria-valuetext', words);
    paint();
  }

  return {
    root,
    show: () => {
      visible = true;
      void load();
    },
    hide: () => {
      visible = false;
    },
    update: () => {
      // What is drawn to now goes on with it, no finer than it is drawn.
      const everyMs = Math.max(5000, answer?.binMs ?? 0);
      const due = visible && untilMs === undefined && answer?.enabled && Date.now() - askedMs > everyMs;
      if (due && cursor === undefined && document.visibilityState === 'visible') void load();
    },
  };
};
