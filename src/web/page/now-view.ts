import type { CameraState, MoodPayload, RoomState } from '../home-state.ts';
import { CameraRow } from './camera-row.ts';
import { element, mark, say } from './element.ts';
import { EMOTIONS, NAMES } from './emotions.ts';
import { face } from './face.ts';
import { type Gauge, makeGauge } from './gauge.ts';
import type { Home } from './home.ts';
import { wordsOfMood } from './mood-words.ts';
import { RoomRow } from './room-row.ts';
import type { MakeView } from './view.ts';
import { ago, feeling, percent } from './words.ts';

/** How the home feels now, large; below, each room and camera. */
export const makeNowView: MakeView = () => {
  const hero = makeHero();
  const scores = makeScores();
  const rooms = element('ul', { class: 'cameras' });
  const roomBlock = element('div', { class: 'block', hidden: true }, element('h2', {}, 'Rooms'), rooms);
  const cameras = element('ul', { class: 'cameras' });
  const root = element(
    'section',
    { 'aria-label': 'Now' },
    hero.root,
    element('div', { class: 'block' }, element('h2', {}, 'Cameras'), cameras),
    roomBlock,
    element('div', { class: 'block' }, element('h2', {}, 'What the faces show'), scores.root),
  );
  const cameraRows = new Map<string, CameraRow>();
  const roomRows = new Map<string, RoomRow>();
  return {
    root,
    update: ({ state, fired, lostAtMs }: Home, nowMs) => {
      if (!state) return;
      mark(root, 'class', lostAtMs === undefined ? undefined : 'stale');
      hero.update(state.home, nowMs, fired);
      scores.update(state.home, nowMs);
      keep(cameras, cameraRows, state.cameras, (camera: CameraState) => new CameraRow(camera.name));
      for (const camera of state.cameras) cameraRows.get(camera.name)?.update(camera, state.privacy, nowMs);
      // Of one room by one camera there is nothing else to say.
      roomBlock.hidden = state.rooms.length < 2 && state.cameras.length < 2;
      keep(rooms, roomRows, state.rooms, (room: RoomState) => new RoomRow(room.name));
      for (const room of state.rooms) roomRows.get(room.name)?.update(room, nowMs);
    },
    hide: () => {
      for (const row of cameraRows.values()) row.leave();
    },
  };
};

/** Keeps one row for each, in their order; rows that stay keep the focus that is in them. */
function keep<One extends { readonly name: string }, Row extends { readonly root: HTMLElement }>(
  list: HTMLElement,
  rows: Map<string, Row>,
  all: readonly One[],
  make: (one: One) => Row,
): void {
  for (const [name, row] of rows) {
    if (all.some((one) => one.name === name)) continue;
    row.root.remove();
    rows.delete(name);
  }
  for (const one of all) {
    if (rows.has(one.name)) continue;
    const row = make(one);
    rows.set(one.name, row);
    list.append(row.root);
  }
}

function makeHero() {
  const halo = element('div', { class: 'halo' }, face('unknown'));
  const head = element('h1', { tabindex: '-1' }, 'The home');
  const word = element('p', { class: 'word' }, '…');
  const said = element('p', { class: 'said' });
  const fresh = element('p', { class: 'fresh' });
  const valence = makeGauge('unpleasant', 'pleasant', -1, 1);
  const arousal = makeGauge('at rest', 'excited', 0, 1);
  const lastRule = element('p', { class: 'last-rule', hidden: true });
  const root = element(
    'div',
    { class: 'home' },
    halo,
    element(
      'div',
      {},
      head,
      word,
      said,
      fresh,
      element('div', { class: 'gauges' }, valence.root, arousal.root),
      lastRule,
    ),
  );
  const show = (gauge: Gauge, value: number, words: string): void => {
    gauge.set(value, words);
  };
  return {
    root,
    update: (mood: MoodPayload | null, nowMs: number, fired: Home['fired']): void => {
      const { look, stale, name, said: how, when } = wordsOfMood(mood, nowMs);
      if (halo.dataset['look'] !== look) {
        halo.dataset['look'] = look;
        halo.replaceChildren(face(look));
      }
      mark(root, 'class', stale ? 'home stale' : mood?.mood == null ? 'home empty' : 'home');
      say(head, stale || !mood?.mood ? 'The home' : 'The home is');
      say(word, name);
      mark(word, 'class', name.length > 9 ? 'word long' : 'word');
      say(said, capital(how));
      say(fresh, when === '' ? '' : capital(stale ? `seen ${when}` : when));
      show(valence, mood?.valence ?? 0, feeling(mood?.valence ?? 0, mood?.arousal ?? 0));
      show(arousal, mood?.arousal ?? 0, percent(mood?.arousal ?? 0));
      lastRule.hidden = fired === undefined;
      if (!fired) return;
      const what = `${fired.outcome === 'dry_run' ? 'would have acted' : 'acted'} ${ago(nowMs - Date.parse(fired.at))}: ${fired.reason.replace(': would act, but for dry_run', '')}`;
      const text = `${fired.alias ?? fired.id} – ${what}`;
      if (lastRule.textContent === text) return;
      lastRule.replaceChildren(element('b', {}, fired.alias ?? fired.id), ` – ${what}`);
    },
  };
}

function makeScores() {
  const rows = EMOTIONS.map((emotion) => {
    const bar = element('i');
    const number = element('span', { class: 'number' });
    const root = element(
      'li',
      { 'data-look': emotion },
      face(emotion),
      element('span', {}, NAMES[emotion]),
      element('span', { class: 'sure', 'aria-hidden': 'true' }, bar),
      number,
    );
    return { emotion, bar, number, root };
  });
  return {
    root: element('ul', { class: 'scores' }, ...rows.map(({ root }) => root)),
    update: (mood: MoodPayload | null, nowMs: number): void => {
      const counts = mood !== null && mood.mood !== null && nowMs <= Date.parse(mood.valid_until);
      for (const { emotion, bar, number } of rows) {
        const score = counts ? mood.scores[emotion] : 0;
        bar.style.setProperty('--share', `${score * 100}%`);
        say(number, counts ? percent(score) : '–');
      }
    },
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
