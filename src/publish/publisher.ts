import type { Observable } from 'rxjs';
import type { BrokerError } from './broker-error.ts';

/** Something that holds until it is replaced: published with QoS 1, retained, and again after a reconnect. */
export interface StateMessage {
  readonly topic: string;
  /** JSON or a word; `REMOVE_RETAINED` takes the topic off the broker. */
  readonly payload: string;
  /** From this time (ms since the Unix epoch) on it is no longer true, and is not published (again). */
  readonly validUntilMs?: number;
  /** What replaces it when the daemon stops, such as an availability's `offline`. */
  readonly payloadAtStop?: string;
}

/** Something that happened: sent now or never, for nobody may act on it later. */
export interface EventMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos?: 0 | 1 | 2;
  /** For commands of rules that ask for it; ours are never retained. */
  readonly retain?: boolean;
}

/** What became of an event: handed to the connection, or dropped for want of one or because it is clogged. */
export type SendOutcome = 'sent' | 'offline' | 'congested';

export interface IncomingMessage {
  readonly topic: string;
  readonly payload: string;
  /** It was on the broker before we asked: a fact, not something that happens now. No action may follow from it. */
  readonly retained: boolean;
  /** The broker sent it before and does not know whether it arrived. */
  readonly duplicate: boolean;
}

export type ConnectionState =
  | { readonly state: 'stopped' }
  | { readonly state: 'connecting' }
  | { readonly state: 'online'; readonly protocol: 4 | 5 }
  | { readonly state: 'offline'; readonly error: BrokerError; readonly retryInMs: number };

export interface PublisherCounters {
  /** Connections after the first one. */
  readonly reconnects: number;
  readonly sent: number;
  /** Events that were dropped; a state is replaced, never dropped. */
  readonly dropped: number;
}

/** The way out to the broker and back. */
export interface Publisher {
  /** The present state at once, then every change. */
  readonly connection$: Observable<ConnectionState>;
  readonly counters: PublisherCounters;
  /** Begins to connect; a broker that is not there is asked again and again, and never an error. */
  start(): void;
  /** Makes this the state of its topic, on the broker as soon as it can be; of several in a hurry only the newest. */
  publishState(message: StateMessage): void;
  /** Sends an event if that is possible now. */
  send(message: EventMessage): SendOutcome;
  /** Messages of a filter while subscribed, over reconnects; two listeners of one filter share a subscription. */
  listen(filter: string): Observable<IncomingMessage>;
  /** Publishes what each state says at the stop, takes leave of the broker, and connects no more. */
  stop(): Promise<void>;
}

/** As much of a logger as publishing needs; Pino's are such. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
