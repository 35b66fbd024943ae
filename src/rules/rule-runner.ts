import { asyncScheduler, type Observable, type SchedulerLike, Subscription } from 'rxjs';
import type { MoodUpdate } from '../mood/mood.ts';
import type { Effect, HttpAction, RuleInput, RuleTrace } from './rule.ts';
import type { RuleMemory } from './rule-memory.ts';
import type { Rulebook } from './rulebook.ts';
import { isWaiting, replaceRules, resumeRules, type SavedRules, saveRules } from './saved-rules.ts';

/** A message as it is heard. */
export interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly retained: boolean;
  readonly duplicate: boolean;
}

/** Where effects go. Neither throws for want of a connection. */
export interface Performer {
  /** Sends now or not at all: an action that comes late, after a reconnect, is a replay. */
  publish(effect: Extract<Effect, { type: 'publish' }>): void;
  log(effect: Extract<Effect, { type: 'log' }>): void;
  /** Never rejects. */
  request(request: HttpAction, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }>;
}

export interface RuleRunnerOptions {
  readonly book: Rulebook;
  readonly moods$: Observable<MoodUpdate>;
  /** Messages of a filter while subscribed. */
  readonly listen: (filter: string) => Observable<Heard>;
  readonly performer: Performer;
  readonly onTrace: (trace: RuleTrace) => void;
  /** Told when something goes wrong that no rule is to blame for. */
  readonly onError: (message: string, error: unknown) => void;
  /** Keeps what outlives a restart; without it nothing does. Resolves when it is on disk. */
  readonly save?: (saved: SavedRules) => Promise<void>;
  /** What was saved before. */
  readonly saved?: SavedRules;
  /** Gives the time and wakes rules that wait; the wall clock by default. */
  readonly scheduler?: SchedulerLike;
}

/** However far off the next time is, the clock is looked at this often: it may be set, and a machine may sleep. */
const LOOK_MS = 30_000;

/**
 * Runs rules: feeds them moods, messages, answers and time, and does what they say. What they remember is written down
 * before an action is done, so that after a crash nothing is done twice; what had been decided but not yet done is then
 * lost.
 */
export class RuleRunner {
  readonly #options: RuleRunnerOptions;
  readonly #scheduler: SchedulerLike;
  readonly #running = new Subscription();
  readonly #listening = new Map<string, Subscription>();
  readonly #requests = new AbortController();
  #memory: RuleMemory | undefined;
  #wake = Subscription.EMPTY;
  #outbox: Effect[] = [];
  #dirty = false;
  #draining: Promise<void> | undefined;
  #savedMs = 0;
  #saveFailed = false;

  constructor(options: RuleRunnerOptions) {
    this.#options = options;
    this.#scheduler = options.scheduler ?? asyncScheduler;
  }

  /** Takes up what was saved, listens, and goes on until `stop`. */
  start(): void {
    const { book, saved, moods$, onTrace, onError } = this.#options;
    const { memory, traces } = resumeRules(book, saved, this.#scheduler.now());
    this.#memory = memory;
    traces.forEach(onTrace);
    this.#listenTo(book.filters);
    this.#step({ type: 'time' });
    // What was taken up is watched again from here on.
    this.#markDirty();
    this.#running.add(
      moods$.subscribe({
        next: (update) => {
          this.#step({ type: 'mood', update });
        },
        error: (error: unknown) => {
          onError('moods have ended; rules go on with times and messages', error);
        },
      }),
    );
  }

  /** Goes on with other rules; `asked` tells that a person asked for it. */
  replace(book: Rulebook, asked: boolean): void {
    if (!this.#memory) return;
    replaceRules(this.#memory, book, this.#scheduler.now(), asked).forEach(this.#options.onTrace);
    this.#listenTo(book.filters);
    this.#step({ type: 'time' });
    this.#markDirty();
  }

  /** Listens and wakes no more; resolves when all that was decided is done, and the state is written. */
  async stop(): Promise<void> {
    this.#running.unsubscribe();
    this.#wake.unsubscribe();
    for (const listening of this.#listening.values()) listening.unsubscribe();
    this.#listening.clear();
    this.#dirty = true;
    this.#drain();
    await this.#draining;
    this.#requests.abort();
    this.#memory = undefined;
  }

  #listenTo(filters: ReadonlySet<string>): void {
    for (const [filter, listening] of this.#listening) {
      if (filters.has(filter)) continue;
      listening.unsubscribe();
      this.#listening.delete(filter);
    }
    for (const filter of filters) {
      if (this.#listening.has(filter)) continue;
      const listening = this.#options.listen(filter).subscribe(({ topic, payload, retained, duplicate }) => {
        const message = { filter, topic, payload, replayed: retained || duplicate };
        this.#step({ type: 'mqtt', message });
      });
      this.#listening.set(filter, listening);
    }
  }

  #step(input: RuleInput): void {
    const memory = this.#memory;
    if (!memory || this.#running.closed) return;
    this.#wake.unsubscribe();
    const nowMs = this.#scheduler.now();
    const { effects, traces, durable } = memory.step(input, nowMs);
    const waitMs = Math.max(0, Math.min((memory.nextMs ?? Infinity) - nowMs, LOOK_MS));
    this.#wake = this.#scheduler.schedule(() => {
      this.#heartbeat();
      this.#step({ type: 'time' });
    }, waitMs);
    traces.forEach(this.#options.onTrace);
    this.#outbox.push(...effects);
    if (effects.length > 0) this.#drain();
    else if (durable) this.#markDirty();
  }

  /** While something waits for `for`, it must be known until when it was watched. */
  #heartbeat(): void {
    if (this.#scheduler.now() - this.#savedMs < LOOK_MS || !this.#memory) return;
    for (const state of this.#memory.rules.values()) {
      if (!isWaiting(state)) continue;
      this.#markDirty();
      return;
    }
  }

  /** Writes down what changed without an action; several changes at once, while an earlier writing lasts. */
  #markDirty(): void {
    this.#dirty = true;
    this.#drain();
  }

  /** Writes down, then does. What is decided meanwhile waits for the next round. */
  #drain(): void {
    if (!this.#options.save) {
      this.#outbox.splice(0).forEach((effect) => {
        this.#perform(effect);
      });
      return;
    }
    this.#draining ??= this.#writeAndDo(this.#options.save).finally(() => {
      this.#draining = undefined;
    });
  }

  async #writeAndDo(save: (saved: SavedRules) => Promise<void>): Promise<void> {
    while (this.#memory && (this.#outbox.length > 0 || this.#dirty)) {
      const effects = this.#outbox.splice(0);
      this.#dirty = false;
      this.#savedMs = this.#scheduler.now();
      try {
        await save(saveRules(this.#memory, this.#savedMs));
        this.#saveFailed = false;
      } catch (error) {
        // Told once, not with every mood; the rules go on, for a full disk is no reason to sit in the dark.
        if (!this.#saveFailed)
          this.#options.onError('the state of the rules cannot be written: a restart would forget it', error);
        this.#saveFailed = true;
      }
      for (const effect of effects) this.#perform(effect);
    }
  }

  #perform(effect: Effect): void {
    const { performer } = this.#options;
    try {
      if (effect.type === 'publish') performer.publish(effect);
      else if (effect.type === 'log') performer.log(effect);
      else void this.#request(effect);
    } catch (error) {
      this.#options.onError(`an action of rule ${effect.rule} failed`, error);
    }
  }

  async #request({ rule, run, attempt, request }: Extract<Effect, { type: 'http' }>): Promise<void> {
    const { ok, detail } = await this.#options.performer.request(request, this.#requests.signal);
    this.#step({ type: 'http', result: { rule, run, attempt, ok, detail } });
  }
}
