import { Socket } from 'node:net';
import { type IClientOptions, type MqttClient, connect } from 'mqtt';
import { Observable, Subject } from 'rxjs';
import { toBrokerError } from './broker-error.ts';
import { type MqttSettings, brokerAddress } from './mqtt-settings.ts';
import type { IncomingMessage } from './publisher.ts';

/** One message on its way out. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** After this long the broker forgets it; only MQTT 5 can say so, 3.1.1 leaves it out. */
  readonly expiryS?: number;
}

/** An open connection; it ends with the subscription that opened it. */
export interface MqttConnection {
  readonly protocol: 4 | 5;
  /** How many QoS 1 messages the broker takes before it has acknowledged one (MQTT 5 §3.2.2.3.3). */
  readonly receiveMaximum: number;
  /** Completes with the connection. */
  readonly received$: Observable<Received>;
  /** Calls `done` when the message is written (QoS 0) or acknowledged (QoS 1), with an error if it was refused. */
  publish(message: OutgoingMessage, done: (error: Error | undefined) => void): void;
  /** `id` (1 or more) comes back with each message that the filter brings, where the broker can; refusals go to `failed`. */
  subscribe(filter: string, id: number, failed: (error: Error) => void): void;
  unsubscribe(filter: string): void;
  /** Says goodbye, so that the broker does not publish the last will; the observable of the connection then completes. */
  end(): void;
}

/** A message, and for which subscriptions it came, where the broker says so (MQTT 5 §3.3.2.3.8). */
export interface Received {
  readonly message: IncomingMessage;
  readonly ids?: readonly number[];
}

export interface LastWill {
  readonly topic: string;
  readonly payload: string;
}

/** Opens one connection; so that tests can open others. */
export type OpenConnection = (
  settings: MqttSettings,
  protocol: 4 | 5,
  /** What the broker publishes when the connection is lost. */
  will: LastWill | undefined,
) => Observable<MqttConnection>;

const CONNECT_TIMEOUT_MS = 10_000;

/** Unless the broker says less, 64 unacknowledged states are plenty and cannot fill anybody's memory. */
const RECEIVE_MAXIMUM = 64;

/** Larger messages would only be dropped later; pictures on somebody's topic are not ours to read. */
const MAXIMUM_PACKET_BYTES = 2 ** 20;

/**
 * Subscribing connects; the connection is emitted when the broker has accepted it. Errors with a `BrokerError` when it
 * is refused or lost, completes after `end`; unsubscribing cuts it. Every connection has a client of its own, without
 * mqtt.js's reconnection, queue or session: those would send again what was true before the connection was lost.
 */
export const openMqttConnection: OpenConnection = (settings, protocol, will) =>
  new Observable<MqttConnection>((subscriber) => {
    const address = brokerAddress(settings.url);
    let ended = false;
    let client: MqttClient;
    try {
      client = connect(clientOptions(settings, protocol, will));
    } catch (error) {
      subscriber.error(toBrokerError(error, address));
      return undefined;
    }
    // Messages are small and come in twos and threes: waiting for an acknowledgement to fill a packet (Nagle, RFC 896)
    // would hold each second one back for the 40 ms that the other side may delay it.
    if (client.stream instanceof Socket) client.stream.setNoDelay();
    const received$ = new Subject<Received>();
    client.on('message', (topic, payload, { retain, dup, properties }) => {
      const message = { topic, payload: payload.toString('utf8'), retained: retain, duplicate: dup };
      const id = properties?.subscriptionIdentifier;
      received$.next(id === undefined ? { message } : { message, ids: [id].flat() });
    });
    // The first report is the cause; what follows (`close` after a refusal) only follows from it.
    let cause: unknown;
    client.on('error', (error) => {
      cause ??= error;
      // Of a packet that is none (a web server on that port, say) the client only tells, and would wait for another.
      if (!ended) client.stream.destroy();
    });
    client.on('disconnect', ({ reasonCode }) => (cause ??= { code: reasonCode }));
    client.on('close', () => {
      received$.complete();
      if (ended) subscriber.complete();
      else subscriber.error(toBrokerError(cause ?? new Error('closed'), address));
    });
    client.on('connect', ({ properties }) => {
      const labels = properties?.subscriptionIdentifiersAvailable !== false;
      subscriber.next({
        protocol,
        receiveMaximum: Math.min(properties?.receiveMaximum ?? RECEIVE_MAXIMUM, RECEIVE_MAXIMUM),
        received$,
        publish: (message, done) => {
          publish(client, message, done);
        },
        subscribe: (filter, id, failed) => {
          const label = protocol === 5 && labels ? { properties: { subscriptionIdentifier: id } } : {};
          client.subscribe(filter, { qos: 1, ...label }, (error) => {
            if (error) failed(error);
          });
        },
        unsubscribe: (filter) => {
          client.unsubscribe(filter);
        },
        end: () => {
          ended = true;
          client.end();
        },
      });
    });
    return () => {
      client.end(true);
      // After `end()` the client ignores a second, forced one, and would wait for a silent broker.
      client.stream.destroy();
    };
  });

function publish(client: MqttClient, message: OutgoingMessage, done: (error: Error | undefined) => void): void {
  const { topic, payload, qos, retain, expiryS } = message;
  // mqtt.js leaves properties out of a message of MQTT 3.1.1. The user property tells whose message it is, so that a
  // bridge between two homes can tell them apart.
  const properties = {
    payloadFormatIndicator: true,
    userProperties: { source: client.options.clientId ?? '' },
    ...(expiryS === undefined ? {} : { messageExpiryInterval: expiryS }),
  };
  client.publish(topic, payload, { qos, retain, properties }, (error) => {
    done(error ?? undefined);
  });
}

function clientOptions(settings: MqttSettings, protocolVersion: 4 | 5, will?: LastWill): IClientOptions {
  const { protocol, hostname, port, pathname, search, ...inUrl } = urlParts(settings.url);
  const { username = inUrl.username, password = inUrl.password, ca } = settings;
  return {
    protocol: protocol.slice(0, -1) as 'mqtt' | 'mqtts' | 'ws' | 'wss',
    // `[::1]` is how an address of IPv6 stands in a URL; a socket wants it bare.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(port === '' ? {} : { port: Number(port) }),
    path: pathname === '' ? '/' : pathname + search,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
    rejectUnauthorized: settings.rejectUnauthorized,
    clientId: settings.clientId,
    keepalive: settings.keepaliveS,
    protocolVersion,
    clean: true,
    ...(will ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } } : {}),
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(protocolVersion === 5 ? { properties: { maximumPacketSize: MAXIMUM_PACKET_BYTES } } : {}),
  };
}

function urlParts(url: string) {
  const { protocol, hostname, port, pathname, search, username, password } = new URL(url);
  const given = (text: string) => (text === '' ? undefined : decodeURIComponent(text));
  return { protocol, hostname, port, pathname, search, username: given(username), password: given(password) };
}
