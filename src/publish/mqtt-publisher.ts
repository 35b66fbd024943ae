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
  map,
  merge,
  retry,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { type BrokerError, suspectedTakeOver } from './broker-error.ts';
import { type MqttConnection, type OpenConnection, type Received, openMqttConnection } from './mqtt-connection.ts';
import { type MqttSettings, brokerAddress } from './mqtt-settings.ts';
import { REMOVE_RETAINED, availabilityPayload } from './payload.ts';
import { type ProtocolChoice, afterAccepted, afterFailure, firstProtocol } from './protocol-choice.ts';
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
import { BACKOFF, type BackoffOptions, reconnectDelayMs } from './reconnect-delay.ts';
import { StateDelivery } from './state-delivery.ts';
import { filterMatches } from './topic-filter.ts';
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

/** So long the broker may take to acknowledge our leave; systemd and Docker kill after ten seconds. */
const LEAVE_MS = 2000;

/** A broker that restarts may close as many connections soon after it accepted them; more are no accident. */
const MAX_BRIEF = 3;

/** One connection while it is open, and what is on its way over it. */
interface Link {
  readonly connection: MqttConnection;
  readonly delivery: StateDelivery;
  readonly sinceMs: number;
  pendingEvents: number;
}

interface Listening {
  /** Tells, with MQTT 5, for which filter a message came (§3.8.2.1.2): overlapping filters bring one copy each. */
  readonly id: number;
  listeners: number;
}

/** The publisher for a real broker: keeps the newest state of each topic, and one connection as well as it can. */
export class MqttPublisher implements Publisher {
  readonly connection$: Observable<ConnectionState>;
  readonly #settings: MqttSettings;
  readonly #log: Log;
  readonly #backoff: BackoffOptions;
  readonly #random: () => number;
  readonly #scheduler: SchedulerLike;
  readonly #open: OpenConnection;
  readonly #bridgeState: string;
  readonly #connection = new BehaviorSubject<ConnectionState>({ state: 'stopped' });
  readonly #received = new Subject<Received>();
  readonly #settled = new Subject<Link>();
  readonly #states = new Map<string, StateMessage>();
  readonly #listening = new Map<string, Listening>();
  readonly #running = new Subscription();
  readonly #counters = { connections: 0, sent: 0, dropped: 0 };
  #choice: ProtocolChoice;
  #link: Link | undefined;
  #failures = 0;
  #briefInARow = 0;
  #loggedFault: string | undefined;
  #lastListeningId = 0;
  #stage: 'new' | 'running' | 'stopping' = 'new';

  constructor(
    settings: MqttSettings,
    {
      log,
      backoff = BACKOFF,
      random = Math.random,
      scheduler = asyncScheduler,
      open = openMqttConnection,
    }: MqttPublisherOptions,
  ) {
    this.#settings = settings;
    this.#log = log;
    this.#backoff = backoff;
    this.#random = random;
    this.#scheduler = scheduler;
    this.#open = open;
    this.#bridgeState = createTopics(settings.baseTopic).bridgeState;
    this.#choice = firstProtocol(settings.protocol);
    this.connection$ = this.#connection.asObservable();
  }

  get counters(): PublisherCounters {
    const { connections, sent, dropped } = this.#counters;
    return { reconnects: Math.max(0, connections - 1), sent, dropped };
  }

  start(): void {
    if (this.#stage !== 'new') return;
    this.#stage = 'running';
    this.publishState({
      topic: this.#bridgeState,
      payload: availabilityPayload(true),
      payloadAtStop: availabilityPayload(false),
    });
    const will = { topic: this.#bridgeState, payload: availabilityPayload(false) };
    const connections$ = defer(() => {
      this.#connection.next({ state: 'connecting' });
      return this.#open(this.#settings, this.#choice.protocol, will);
    });
    this.#running.add(
      connections$
        .pipe(
          tap((connection) => {
            this.#use(connection);
          }),
          switchMap(({ received$ }) => received$),
          retry({ delay: (error: BrokerError) => this.#lost(error) }),
        )
        .subscribe({
          next: (received) => {
            this.#received.next(received);
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
      return link ? 'congested' : 'offline';
    }
    link.pendingEvents++;
    link.connection.publish({ topic, payload, qos, retain }, (error) => {
      link.pendingEvents--;
      if (error) this.#log.warn({ topic, reason: error.message }, 'the broker did not take a message');
      else this.#counters.sent++;
    });
    return 'sent';
  }

  listen(wanted: string): Observable<IncomingMessage> {
    return new Observable((subscriber) => {
      const listening = this.#listening.get(wanted) ?? { id: ++this.#lastListeningId, listeners: 0 };
      this.#listening.set(wanted, listening);
      listening.listeners++;
      subscriber.add(
        this.#received
          .pipe(
            filter(({ message, ids }) => ids?.includes(listening.id) ?? filterMatches(wanted, message.topic)),
            map(({ message }) => message),
          )
          .subscribe(subscriber),
      );
      // Again for every listener: the broker then repeats what is retained, which a later one has not seen yet.
      this.#subscribe(wanted, listening.id);
      return () => {
        if (--listening.listeners > 0) return;
        this.#listening.delete(wanted);
        this.#link?.connection.unsubscribe(wanted);
      };
    });
  }

  async stop(): Promise<void> {
    const wasRunning = this.#stage === 'running';
    this.#stage = 'stopping';
    const link = this.#link;
    if (wasRunning && link) await this.#leave(link);
    this.#running.unsubscribe();
    this.#link = undefined;
    this.#connection.next({ state: 'stopped' });
  }

  #use(connection: MqttConnection): void {
    const link = {
      connection,
      delivery: new StateDelivery(connection.receiveMaximum),
      sinceMs: this.#scheduler.now(),
      pendingEvents: 0,
    };
    this.#link = link;
    this.#choice = afterAccepted(this.#choice);
    this.#counters.connections++;
    for (const [wanted, { id }] of this.#listening) this.#subscribe(wanted, id);
    // The birth goes last: whoever believes us from then on finds the present moods, not those before the outage.
    for (const topic of this.#states.keys()) if (topic !== this.#bridgeState) link.delivery.offer(topic);
    link.delivery.offer(this.#bridgeState);
    this.#deliver();
    const { protocol } = connection;
    // Where connections come and go by the second, a line for each would drown everything else.
    const steady = this.#briefInARow <= MAX_BRIEF;
    if (steady) this.#loggedFault = undefined;
    const version = protocol === 5 ? '5' : '3.1.1';
    this.#log[steady ? 'info' : 'debug']({ protocol }, `connected to ${this.#address} with MQTT ${version}`);
    this.#connection.next({ state: 'online', protocol });
  }

  /** When the connection is lost or refused: notes it, and emits when the next attempt is due. */
  #lost(reported: BrokerError): Observable<unknown> {
    const link = this.#link;
    this.#link = undefined;
    const heldMs = link && this.#scheduler.now() - link.sinceMs;
    const stable = heldMs !== undefined && heldMs >= this.#backoff.stableMs;
    this.#briefInARow = link && !stable && reported.code === 'closed' ? this.#briefInARow + 1 : 0;
    const error = this.#briefInARow > MAX_BRIEF ? suspectedTakeOver(reported, this.#address) : reported;
    const { choice, atOnce } = afterFailure(this.#choice, { code: error.code, accepted: link !== undefined });
    this.#choice = choice;
    if (atOnce) {
      this.#log.debug({ code: error.code }, `${this.#address}: no MQTT 5 there; trying MQTT 3.1.1`);
      return timer(0, this.#scheduler);
    }
    if (stable) this.#failures = 0;
    const retryInMs = Math.round(reconnectDelayMs(++this.#failures, this.#backoff, this.#random()));
    // One line for a fault, however long it lasts.
    const level = this.#loggedFault === error.message ? 'debug' : 'warn';
    this.#loggedFault = error.message;
    this.#log[level]({ code: error.code, retryInMs }, error.message);
    this.#connection.next({ state: 'offline', error, retryInMs });
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
      if (error) this.#log.warn({ topic, reason: error.message }, 'the broker did not take a message');
      else this.#counters.sent++;
      const newest = link.delivery.settled(topic);
      if (newest && message.payload === REMOVE_RETAINED) this.#states.delete(topic);
      this.#settled.next(link);
      this.#deliver();
    });
  }

  #subscribe(wanted: string, id: number): void {
    this.#link?.connection.subscribe(wanted, id, (error) => {
      this.#log.warn({ filter: wanted, reason: error.message }, 'the broker did not accept a subscription');
    });
  }

  async #leave(link: Link): Promise<void> {
    const gone$ = this.#connection.pipe(filter(({ state }) => state !== 'online'));
    const late$ = timer(LEAVE_MS, this.#scheduler);
    const farewells = [...this.#states.values()].filter(({ payloadAtStop }) => payloadAtStop !== undefined);
    for (const { topic, payloadAtStop = '' } of farewells) {
      this.#states.set(topic, { topic, payload: payloadAtStop });
      link.delivery.offer(topic);
    }
    this.#deliver();
    const idle$ = this.#settled.pipe(filter(() => link.delivery.idle));
    if (!link.delivery.idle) await firstValueFrom(merge(idle$, gone$, late$));
    if (this.#link !== link || !link.delivery.idle) return;
    link.connection.end();
    await firstValueFrom(merge(gone$, late$));
  }

  get #address(): string {
    return brokerAddress(this.#settings.url);
  }
}
