import { type EventEmitter, once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { promisify } from 'node:util';
import { Aedes, type Client } from 'aedes';
import { BrokerError } from './broker-error.ts';
import type { Log } from './publisher.ts';

export interface EmbeddedBrokerOptions {
  /** It asks nobody for a password: an address of this machine only. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly log?: Log;
}

/** A broker inside the daemon, for homes that have none: MQTT 3.1.1, everything in memory. */
export interface EmbeddedBroker {
  readonly url: string;
  readonly port: number;
  /** Ends every connection and frees the port. */
  stop(): Promise<void>;
}

/** Starts a broker; rejects with a `BrokerError` when it cannot have its port. */
export async function startEmbeddedBroker({ host, port, log }: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  // A client that stops reading is cut after ten seconds, or it would hold up everybody else.
  const aedes = await Aedes.createBroker({ drainTimeout: 10_000 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // As in `mqtt-connection.ts`: a message that is there is sent.
    socket.setNoDelay();
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  // What clients do wrong is theirs, and ends their connections only; a fault of the memory store loses a message.
  const clientFault = (client: Client, { message }: Error) => {
    log?.debug({ client: client.id, reason: message }, 'embedded broker: a client was cut off');
  };
  aedes.on('clientError', clientFault);
  aedes.on('connectionError', clientFault);
  // Its types leave this event out, but without a listener it would end the daemon.
  (aedes as EventEmitter).on('error', (error: Error) => {
    log?.error({ reason: error.message }, 'embedded broker: a message was lost');
  });
  const close = promisify(aedes.close.bind(aedes));
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    await close();
    throw listenError(error, host, port);
  }
  const listening = (server.address() as AddressInfo).port;
  return {
    url: `mqtt://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    stop: async () => {
      const freed = closed(server);
      await close();
      // Aedes closes its clients; who connected and never said CONNECT is none, and would hold the port.
      for (const socket of sockets) socket.destroy();
      await freed;
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
}

function listenError(cause: unknown, host: string, port: number): BrokerError {
  const options = { cause };
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new BrokerError(
        'port-taken',
        `port ${port} is taken: another broker runs there; set mqtt.url to use it, or broker.port to another port`,
        options,
      );
    case 'EACCES':
      return new BrokerError('port-forbidden', `port ${port} is not allowed; set broker.port above 1023`, options);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new BrokerError('dns', `${host} is no address of this machine; set broker.host, say 127.0.0.1`, options);
    default:
      return new BrokerError('failed', `${host}:${port}: the embedded broker cannot listen there`, options);
  }
}
