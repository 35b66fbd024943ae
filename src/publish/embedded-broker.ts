import { once } from 'node:events';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { promisify } from 'node:util';
import { Aedes } from 'aedes';
import { BrokerError } from './broker-error.ts';

export interface EmbeddedBrokerOptions {
  /** It asks nobody for a password: an address of this machine only. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A broker inside the daemon, for homes that have none: MQTT 3.1.1, everything in memory. */
export interface EmbeddedBroker {
  readonly url: string;
  readonly port: number;
  /** Ends every connection and frees the port. */
  stop(): Promise<void>;
}

/** Starts a broker; rejects with a `BrokerError` when it cannot have its port. */
export async function startEmbeddedBroker({ host, port }: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  // A client that stops reading is cut after ten seconds, or it would hold up everybody else.
  const aedes = await Aedes.createBroker({ drainTimeout: 10_000 });
  const server = createServer((socket) => {
    // Broken connections are their clients' affair; Aedes sees their end, and publishes their last will.
    socket.on('error', () => undefined);
    aedes.handle(socket);
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
