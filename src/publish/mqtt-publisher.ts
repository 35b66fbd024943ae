import {
  BehaviorSubject,
  Observable,
  type SchedulerLike,
  Subject,
  Subscription,
  asyncScheduler,
  defer,
  filter,
  firstValueFrom,
  merge,
  retry,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { BrokerError } from './broker-error.ts';
import { Listeners } from './listeners.ts';
import { type MqttConnection, type OpenConnection, openMqttConnection } from './mqtt-connection.ts';
import { type MqttSettings, brokerAddress } from './mqtt-settings.ts';
import { REMOVE_RETAINED, availabilityPayload } from './payload.ts';
import type {
  ConnectionState,
  EventMessage,
  IncomingMessage,
  Log,
  Publisher,
  PublisherCounters,
  SendOutcome,
  StateMessage,
} from './publisher.ts';
import { BACKOFF, type BackoffOptions } from './reconnect-delay.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';
import { StateDelivery } from './state-delivery.ts';
import { createTopics } from './topics.ts';

export interface MqttPublisherOptions {
  readonly log: Log;
  readonly backoff?: BackoffOptions;
  /** Chance, 0 to 1, behind the delays. */
  readonly random?: () => number;
  /** The clock: of delays, and of what is still true. */
  readonly scheduler?: SchedulerLike;
  readonly open?: OpenConnection;
}

/** As many events may wait for a clogged socket; more are dropped, for late they are worth nothing. */
const MAX_PENDING_EVENTS = 256;

/** So long the broker may take to acknowledge our leave; systemd and Docker kill after ten seconds and more. */
const LEAVE_MS = 2000;

/** One connection while it is open, and what is on its way over it. */
interface Link {
  readonly connection: MqttConnection;
  readonly delivery: StateDelivery;
  pendingEvents: number;
}

/** The publisher for a real broker: keeps the newest state of each topic, and one connection as well as it can. */
export class MqttPublisher implements Publisher {
  readonly connection$: Observable<ConnectionState>;
  readonly #settings: MqttSettings;
  readonly #log: Log;
  readonly #scheduler: SchedulerLike;
  readonly #open: OpenConnection;
  readonly #policy: ReconnectPolicy;
  readonly #listeners: Listeners;
  readonly #bridgeState: string;
  readonly #connection = new BehaviorSubject<ConnectionState>({ state: 'stopped' });
  readonly #settled = new Subject<void>();
  readonly #states = new Map<string, StateMessage>();
  readonly #running = new Subscription();
  readonly #counters = { connections: 0, sent: 0, dropped: 0 };
  #link: Link | undefined;
  #loggedFault: string | undefined;
  #stage: 'new' | 'running' | 'stopping' = 'new';

  constructor(settings: MqttSettings, options: MqttPublisherOptions) {
    const { log, backoff = BACKOFF, random = Math.random, scheduler = asyncScheduler } = options;
    this.#settings = settings;
    this.#log = log;
    this.#scheduler = scheduler;
    this.#open = options.open ?? openMqttConnection;
    this.#policy = new ReconnectPolicy(settings.protocol, brokerAddress(settings.url), backoff, random);
    this.#listeners = new Listeners({
      subscribe: (wanted, id) => {
        this.#subscribe(wanted, id);
      },
      unsubscribe: (wanted) => this.#link?.connection.unsubscribe(wanted),
    });
    this.#bridgeState = createTopics(settings.baseTopic).bridgeState;
    this.connection$ = this.#connection.asObservable();
  }

  get counters(): PublisherCounters {
    const { connections, sent, dropped } = this.#counters;
    return { reconnects: Math.max(0, connections - 1), sent, dropped };
  }

  start(): void {
    if (this.#stage !== 'new') return;
    this.#stage = 'running';
    const will = { topic: this.#bridgeState, payload: availabilityPayload(false) };
    this.publishState({ ...will, payload: availabilityPayload(true), payloadAtStop: will.payload });
    const received$ = defer(() => {
      this.#connection.next({ state: 'connecting' });
      return this.#open(this.#settings, this.#policy.protocol, will);
    }).pipe(
      tap((connection) => {
        this.#use(connection);
      }),
      switchMap((connection) => connection.received$),
      retry({ delay: (error: BrokerError) => this.#lost(error) }),
    );
    this.#running.add(
      received$.subscribe({
        next: (received) => {
          this.#listeners.receive(received);
        },
        complete: () => {
          this.#link = undefined;
          this.#connection.next({ state: 'stopped' });
        },
      }),
    );
  }

  publishState(message: StateMessage): void {
    if (this.#stage === 'stopping') return;
    this.#states.set(message.topic, message);
    this.#link?.delivery.offer(message.topic);
    this.#deliver();
  }

  send({ topic, payload, qos = 0, retain = false }: EventMessage): SendOutcome {
    const link = this.#link;
    if (!link || this.#stage !== 'running' || link.pendingEvents >= MAX_PENDING_EVENTS) {
      this.#counters.dropped++;
      return link && this.#stage === 'running' ? 'congested' : 'offline';
    }
    link.pendingEvents++;
    link.connection.publish({ topic, payload, qos, retain }, (error) => {
      link.pendingEvents--;
      this.#count(topic, error);
    });
    return 'sent';
  }

  listen(filter: string): Observable<IncomingMessage> {
    return this.#listeners.listen(filter);
  }

  async stop(): Promise<void> {
    const wasRunning = this.#stage === 'running';
    this.#stage = 'stopping';
    if (wasRunning && this.#link) await this.#leave(this.#link);
    this.#running.unsubscribe();
    this.#link = undefined;
    this.#connection.next({ state: 'stopped' });
  }

  #use(connection: MqttConnection): void {
    const link = { connection, delivery: new StateDelivery(connection.receiveMaximum), pendingEvents: 0 };
    this.#link = link;
    this.#policy.accepted(this.#scheduler.now());
    this.#counters.connections++;
    this.#listeners.resubscribe();
    // The birth goes last: whoever believes us from then on finds the present moods, not those before the outage.
    for (const topic of this.#states.keys()) if (topic !== this.#bridgeState) link.delivery.offer(topic);
    link.delivery.offer(this.#bridgeState);
    this.#deliver();
    const { protocol } = connection;
    const words = `connected to ${brokerAddress(this.#settings.url)} with MQTT ${protocol === 5 ? '5' : '3.1.1'}`;
    if (!this.#policy.flapping) this.#loggedFault = undefined;
    this.#log[this.#policy.flapping ? 'debug' : 'info']({ protocol }, words);
    this.#connection.next({ state: 'online', protocol });
  }

  /** When the connection is lost or refused: notes it, and emits when the next attempt is due. */
  #lost(reported: BrokerError): Observable<unknown> {
    this.#link = undefined;
    const { error, retryInMs, otherProtocol } = this.#policy.lost(reported, this.#scheduler.now());
    // One line for a fault, however long it lasts; none when only the protocol was another one.
    const known = otherProtocol || this.#loggedFault === error.message;
    this.#log[known ? 'debug' : 'warn']({ code: error.code, retryInMs }, error.message);
    if (!otherProtocol) {
      this.#loggedFault = error.message;
      this.#connection.next({ state: 'offline', error, retryInMs });
    }
    return timer(retryInMs, this.#scheduler);
  }

  #deliver(): void {
    const link = this.#link;
    for (let topic = link?.delivery.next(); link && topic !== undefined; topic = link.delivery.next()) {
      this.#deliverState(link, topic);
    }
  }

  #deliverState(link: Link, topic: string): void {
    const message = this.#states.get(topic);
    const validMs = message?.validUntilMs === undefined ? Infinity : message.validUntilMs - this.#scheduler.now();
    if (!message || validMs <= 0) {
      link.delivery.settled(topic);
      return;
    }
    const expiry = validMs === Infinity ? {} : { expiryS: Math.ceil(validMs / 1000) };
    link.connection.publish({ topic, payload: message.payload, qos: 1, retain: true, ...expiry }, (error) => {
      if (link !== this.#link) return;
      // A broker that refuses a topic refuses it again: the next state of it is soon enough.
      this.#count(topic, error);
      const newest = link.delivery.settled(topic);
      if (newest && message.payload === REMOVE_RETAINED) this.#states.delete(topic);
      this.#deliver();
      this.#settled.next();
    });
  }

  #count(topic: string, error: Error | undefined): void {
    if (error) this.#log.warn({ topic, reason: error.message }, `the broker did not take ${topic}: ${error.message}`);
    else this.#counters.sent++;
  }

  #subscribe(wanted: string, id: number): void {
    this.#link?.connection.subscribe(wanted, id, (error) => {
      this.#log.warn({ filter: wanted }, `the broker does not let us listen to ${wanted}: ${error.message}`);
    });
  }

  async #leave({ connection, delivery }: Link): Promise<void> {
    const gone$ = this.#connection.pipe(filter(({ state }) => state !== 'online'));
    const late$ = timer(LEAVE_MS, this.#scheduler);
    for (const { topic, payloadAtStop } of [...this.#states.values()]) {
      if (payloadAtStop === undefined) continue;
      this.#states.set(topic, { topic, payload: payloadAtStop });
      delivery.offer(topic);
    }
    this.#deliver();
    const idle$ = this.#settled.pipe(filter(() => delivery.idle));
    if (!delivery.idle) await firstValueFrom(merge(idle$, gone$, late$));
    if (this.#link?.connection !== connection || !delivery.idle) return;
    connection.end();
    await firstValueFrom(merge(gone$, late$));
  }
}
