import type { HomeEvent, HomeState, RuleFiring } from '../home-state.ts';
import { ask } from './ask.ts';

/** Without a word for so long, it is asked whether anybody is there: a connection may be dead without saying so. */
const QUIET_MS = 20_000;

/** What the page knows of the home. */
export interface Home {
  /** Undefined until the first word. */
  readonly state: HomeState | undefined;
  /** The newest firing that was heard of. */
  readonly fired: RuleFiring | undefined;
  /** Since when nothing is heard, by our clock; undefined while all is well. */
  readonly lostAtMs: number | undefined;
}

/** Follows the daemon's events, and knows when it does not hear them. */
export class HomeFeed {
  #home: Home = { state: undefined, fired: undefined, lostAtMs: undefined };
  #heardMs = Date.now();
  /** The daemon's clock less ours. */
  #skewMs = 0;
  #source: EventSource | undefined;
  readonly #listeners = new Set<(home: Home) => void>();

  get home(): Home {
    return this.#home;
  }

  /** The daemon's time, as well as it is known. */
  now(): number {
    return Date.now() + this.#skewMs;
  }

  /** Calls back now and with every change. */
  listen(listener: (home: Home) => void): void {
    this.#listeners.add(listener);
    listener(this.#home);
  }

  start(): void {
    this.#open();
    setInterval(() => void this.#lookForLife(), 5000);
    // A phone that wakes up has heard nothing for a long time.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.#lookForLife();
    });
  }

  #open(): void {
    this.#source?.close();
    const source = new EventSource('/api/events');
    this.#source = source;
    const on = (name: HomeEvent['event'] | 'state', take: (data: never) => Partial<Home>): void => {
      source.addEventListener(name, (event) => {
        this.#heard(take(JSON.parse(event.data as string) as never));
      });
    };
    on('state', (state: HomeState) => ({ state }));
    on('home', (home: HomeState['home']) => this.#with({ home }));
    on('broker', (broker: HomeState['broker']) => this.#with({ broker }));
    on('privacy', (privacy: HomeState['privacy']) => this.#with({ privacy }));
    on('rules', (rules: HomeState['rules']) => this.#with({ rules }));
    on('rule', (fired: RuleFiring) => ({ fired }));
    on('camera', (camera: HomeState['cameras'][number]) =>
      this.#with({ cameras: replaced(this.#home.state?.cameras ?? [], camera) }),
    );
    on('room', (room: HomeState['rooms'][number]) =>
      this.#with({ rooms: replaced(this.#home.state?.rooms ?? [], room) }),
    );
    source.addEventListener('error', () => {
      this.#lost();
    });
  }

  #with(part: Partial<HomeState>): Partial<Home> {
    const { state } = this.#home;
    return state ? { state: { ...state, ...part } } : {};
  }

  #heard(part: Partial<Home>): void {
    this.#heardMs = Date.now();
    this.#tell({ ...part, lostAtMs: undefined });
  }

  #lost(): void {
    if (this.#home.lostAtMs === undefined) this.#tell({ lostAtMs: Math.max(this.#heardMs, Date.now() - QUIET_MS) });
  }

  #tell(part: Partial<Home>): void {
    this.#home = { ...this.#home, ...part };
    for (const listener of this.#listeners) listener(this.#home);
  }

  async #lookForLife(): Promise<void> {
    const closed = this.#source?.readyState === EventSource.CLOSED;
    if (!closed && Date.now() - this.#heardMs < QUIET_MS) return;
    try {
      const state = await ask<HomeState>('GET', '/api/state');
      this.#heard({ state });
      // It is there, so a source that gave up can be opened again.
      if (closed) this.#open();
    } catch {
      this.#lost();
    }
  }

  /** Learns what the daemon's clock says; a phone's may be wrong by minutes. */
  async setClock(): Promise<void> {
    const response = await fetch('/api/state', { method: 'HEAD' }).catch(() => undefined);
    const at = Date.parse(response?.headers.get('date') ?? '');
    // The header has whole seconds.
    if (Math.abs(at - Date.now()) > 2000) this.#skewMs = at - Date.now();
  }
}

function replaced<Named extends { readonly name: string }>(all: readonly Named[], one: Named): readonly Named[] {
  return all.map((other) => (other.name === one.name ? one : other));
}
