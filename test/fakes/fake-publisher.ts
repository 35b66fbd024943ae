import { BehaviorSubject, Observable, Subject, filter } from 'rxjs';
import type {
  ConnectionState,
  EventMessage,
  IncomingMessage,
  Publisher,
  PublisherCounters,
  SendOutcome,
  StateMessage,
} from '../../src/publish/publisher.ts';
import { filterMatches } from '../../src/publish/topic-filter.ts';

/** A publisher whose broker is this object: keeps what was published, and says what a test lets it hear. */
export class FakePublisher implements Publisher {
  /** Newest state of each topic, as a broker would retain it. */
  readonly states = new Map<string, StateMessage>();
  /** Everything in its order, states and events. */
  readonly log: (StateMessage | EventMessage)[] = [];
  readonly events: EventMessage[] = [];
  /** Filters that somebody listens to now; one listened to twice is here twice. */
  readonly filters: string[] = [];
  readonly connection$ = new BehaviorSubject<ConnectionState>({ state: 'stopped' });
  readonly #incoming = new Subject<IncomingMessage>();
  #dropped = 0;

  get counters(): PublisherCounters {
    return { reconnects: 0, sent: this.log.length, dropped: this.#dropped };
  }

  start(): void {
    this.connection$.next({ state: 'online', protocol: 5 });
  }

  publishState(message: StateMessage): void {
    this.states.set(message.topic, message);
    this.log.push(message);
  }

  send(message: EventMessage): SendOutcome {
    if (this.connection$.value.state !== 'online') {
      this.#dropped++;
      return 'offline';
    }
    this.events.push(message);
    this.log.push(message);
    return 'sent';
  }

  listen(wanted: string): Observable<IncomingMessage> {
    return new Observable((subscriber) => {
      this.filters.push(wanted);
      subscriber.add(this.#incoming.pipe(filter(({ topic }) => filterMatches(wanted, topic))).subscribe(subscriber));
      return () => this.filters.splice(this.filters.indexOf(wanted), 1);
    });
  }

  /** Somebody else publishes: listeners whose filters match hear it at once. */
  receive(topic: string, payload: string, { retained = false, duplicate = false } = {}): void {
    this.#incoming.next({ topic, payload, retained, duplicate });
  }

  stop(): Promise<void> {
    for (const { topic, payloadAtStop } of this.states.values()) {
      if (payloadAtStop !== undefined) this.publishState({ topic, payload: payloadAtStop });
    }
    this.connection$.next({ state: 'stopped' });
    return Promise.resolve();
  }
}
