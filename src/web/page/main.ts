import { mark, say } from './element.ts';
import { HomeFeed, type Home } from './home.ts';
import { makeNowView } from './now-view.ts';
import { wordsOfMood } from './mood-words.ts';
import type { MakeView, View } from './view.ts';
import { clockTime } from './words.ts';

/** A screen reader tells a new mood at most this often. */
const ANNOUNCE_MS = 10_000;

const VIEWS: Readonly<Record<string, { readonly title: string; readonly load: () => Promise<MakeView> }>> = {
  now: { title: 'Now', load: () => Promise.resolve(makeNowView) },
  timeline: { title: 'Timeline', load: async () => (await import('./timeline-view.ts')).makeTimelineView },
  why: { title: 'Why', load: async () => (await import('./why-view.ts')).makeWhyView },
  setup: { title: 'Set-up', load: async () => (await import('./setup-view.ts')).makeSetupView },
};

const feed = new HomeFeed();
const main = byId('view');
const made = new Map<string, View>();
let shown: View | undefined;

/** The view that the address names: `#why/comfort-light` is the view `why` at that rule. */
async function route(byHand: boolean): Promise<void> {
  const [name = '', ...rest] = location.hash.slice(1).split('/').map(decodeURIComponent);
  const id = name in VIEWS ? name : 'now';
  const { title, load } = VIEWS[id]!;
  for (const link of document.querySelectorAll('nav a'))
    mark(link, 'aria-current', link.getAttribute('href') === `#${id}` && 'page');
  document.title = `${title} · moodstat`;
  let view = made.get(id);
  if (!view) {
    view = (await load())(feed);
    made.set(id, view);
    main.append(view.root);
  }
  if (shown !== view) {
    shown?.hide?.();
    if (shown) shown.root.hidden = true;
  }
  shown = view;
  view.root.hidden = false;
  view.show?.(rest);
  view.update?.(feed.home, feed.now());
  // Who uses a keyboard or a screen reader goes on from the top of what came into sight.
  if (byHand) {
    view.root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

function tellConnection({ state, lostAtMs }: Home): void {
  const connection = byId('connection');
  const broker =
    state && !state.broker.connected
      ? `The broker is away${state.broker.problem === undefined ? '' : `: ${state.broker.problem}`}`
      : '';
  const words = lostAtMs === undefined ? broker : `Not live since ${clockTime(lostAtMs)}. Trying again …`;
  connection.hidden = words === '';
  say(connection, words);
  document.body.classList.toggle('lost', lostAtMs !== undefined);
}

function tellAbout({ state }: Home): void {
  if (!state) return;
  const { frames, liveView } = state.privacy;
  say(
    byId('promise'),
    frames === 'none'
      ? 'Moods are read on this machine. No picture is shown, kept or sent.'
      : `Moods are read on this machine. ${liveView ? 'Pictures are shown only while somebody looks, and' : 'Pictures are not shown, and'} never kept.`,
  );
  say(byId('about'), `moodstat ${state.version}`);
}

/** Says the home's mood aloud when it has become another one, and no more often than anybody can bear. */
function makeAnnouncer(): (home: Home, nowMs: number) => void {
  let last = '';
  let atMs = 0;
  return ({ state }, nowMs) => {
    if (!state) return;
    const { name, stale } = wordsOfMood(state.home, nowMs);
    if (stale || name === last || Date.now() - atMs < ANNOUNCE_MS) return;
    // What is there when the page opens is read anyway.
    if (last !== '') say(byId('announcer'), `The home: ${name}`);
    last = name;
    atMs = Date.now();
  };
}

const announce = makeAnnouncer();
function update(home: Home): void {
  const nowMs = feed.now();
  tellConnection(home);
  tellAbout(home);
  announce(home, nowMs);
  shown?.update?.(home, nowMs);
}

addEventListener('hashchange', () => void route(true));
await route(false);
feed.listen(update);
feed.start();
void feed.setClock();
// Ages grow, and moods go stale, without any event.
setInterval(() => {
  update(feed.home);
}, 1000);
