import type { BinAnswer, HistoryAnswer, PlaceAnswer } from '../history/history-answer.ts';
import { element, fill, fillWith, say } from './element.ts';
import { HELD, NAMES } from './emotions.ts';
import { face } from './face.ts';
import { type Lane, leading } from './mood-lanes.ts';
import { clockTime, lasting, moment, percent, people, signed } from './words.ts';

const MINUTE_MS = 60_000;
/** The newest are listed; the export has all. */
const LISTED = 30;

export function emptyHistory(): HTMLElement {
  return element(
    'div',
    { class: 'nothing', hidden: true },
    face('nobody'),
    element(
      'div',
      {},
      element('h2', {}, 'Nothing is remembered'),
      element(
        'p',
        { class: 'plain' },
        'moodstat keeps no history unless you ask for it. When it does, moods and the rules that acted are written to a file on this machine that only you can read: lines of text, never pictures.',
      ),
      element(
        'p',
        { class: 'row' },
        element('a', { class: 'button', href: '#setup/history' }, 'Switch it on in the set-up'),
      ),
      element('p', { class: 'small' }, 'Or write it into moodstat.yaml:'),
      element('pre', { class: 'code' }, 'history:\n  enabled: true'),
    ),
  );
}

export function keyOf({ camera, room }: PlaceAnswer): string {
  return camera === null ? (room === null ? 'home' : `room ${room}`) : `camera ${camera}`;
}

export function nameOf({ camera, room }: PlaceAnswer): string {
  return camera ?? (room === null ? 'the home' : room);
}

/** Who has one camera sees one lane: the home's would be the same. */
export function lanesOf({ places }: HistoryAnswer): Lane[] {
  const cameras = places.filter(({ camera }) => camera !== null);
  const told = cameras.length === 1 ? places.filter(({ camera, room }) => camera === null && room === null) : places;
  return told.map((one) => ({ name: nameOf(one) === 'the home' ? 'The home' : nameOf(one), bins: one.bins }));
}

export function wordsOfBin({ fromMs, binMs }: HistoryAnswer, at: number, bin: BinAnswer | null): string {
  const fromAt = fromMs + at * binMs;
  const time = binMs >= 5 * MINUTE_MS ? moment(fromAt, Date.now()) : clockTime(fromAt);
  if (!bin) return `${time}: not known`;
  const mood = leading(bin);
  const most = mood ? `${NAMES[mood]} ${percent(Math.min(1, (bin.held[mood] ?? 0) / binMs))}` : '';
  return mood === 'nobody'
    ? `${time}: nobody`
    : `${time}: ${most}, valence ${signed(bin.valence)}, arousal ${signed(bin.arousal)}, ${people(bin.people)}`;
}

/** How long each mood held: the same as the bands say, for who cannot see them. */
export function tellShares(list: HTMLElement, place: PlaceAnswer | undefined, { fromMs, toMs }: HistoryAnswer): void {
  const sums = new Map<(typeof HELD)[number], number>();
  for (const bin of place?.bins ?? [])
    for (const mood of HELD) if (bin?.held[mood]) sums.set(mood, (sums.get(mood) ?? 0) + bin.held[mood]);
  const known = [...sums.values()].reduce((a, b) => a + b, 0);
  const rows = [...sums]
    .sort(([, a], [, b]) => b - a)
    .map(([mood, ms]) =>
      element(
        'li',
        {},
        face(mood),
        element('span', {}, NAMES[mood]),
        element('span', { class: 'number' }, `${lasting(ms)} · ${percent(ms / known)}`),
      ),
    );
  const gapMs = toMs - fromMs - known;
  if (gapMs > (toMs - fromMs) / 100)
    rows.push(
      element(
        'li',
        {},
        face('unknown'),
        element('span', {}, 'Not known'),
        element('span', { class: 'number' }, lasting(gapMs)),
      ),
    );
  fill(list, ...rows);
}

/** The rules that acted, the newest first. */
export function tellFirings(head: HTMLElement, list: HTMLElement, history: HistoryAnswer, nowMs: number): void {
  const { fired, firedCount } = history;
  const newest = fired.slice(-LISTED).reverse();
  const words = firedCount > LISTED ? `Rules that acted: ${firedCount}, the newest ${LISTED}` : 'Rules that acted';
  say(head, firedCount === 0 ? 'No rule acted' : words);
  fillWith(list, newest, () =>
    newest.map(({ atMs, rule, reason }) =>
      element(
        'li',
        {},
        element('time', { datetime: new Date(atMs).toISOString() }, moment(atMs, nowMs)),
        element('a', { href: `#why/${encodeURIComponent(rule)}` }, rule),
        element('span', {}, reason),
      ),
    ),
  );
}
