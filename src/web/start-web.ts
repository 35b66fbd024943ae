import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createApp, LIMITS, type WebDeps } from './create-app.ts';
import type { WebSettings } from './web-settings.ts';

/** Connections that have not asked for anything yet; of more, the oldest is closed. */
const MOST_SILENT = 100;
/** Of more connections, the newest are refused. */
const MOST_CONNECTIONS = 1000;

/** The page, served. */
export interface Web {
  /** Where it is; undefined while it cannot listen. */
  readonly url: string | undefined;
  stop(): Promise<void>;
}

/**
 * Serves the page until stopped. Moods and rules do not wait for a page: where it cannot listen, the log says why, and it
 * is tried again and again.
 */
export async function startWeb(deps: WebDeps): Promise<Web> {
  const { settings, log, limits = LIMITS } = deps;
  const app = createApp(deps);
  // Behind the hooks of streams, which say their farewell; nobody who reads slowly holds up the stop.
  app.addHook('preClose', (done) => {
    app.server.closeAllConnections();
    done();
  });
  await app.ready();
  const { server } = app;
  server.maxConnections = MOST_CONNECTIONS;
  closeSilent(server, MOST_SILENT);
  server.on('error', (error) => {
    if (server.listening) log.warn({ err: error }, 'page: a connection could not be taken');
  });
  let retry: NodeJS.Timeout | undefined;
  let said: string | undefined;
  let url: string | undefined;
  const listen = async (): Promise<void> => {
    try {
      server.listen({ host: settings.host, port: settings.port });
      await once(server, 'listening');
      url = urlOf(settings.host, (server.address() as AddressInfo).port);
      log.info({}, `the page is on ${url}`);
    } catch (error) {
      const reason = explainListen(error, settings);
      if (reason !== said) log.error({}, `no page: ${reason}; moods and rules go on without it`);
      said = reason;
      retry = setTimeout(() => void listen(), limits.retryMs).unref();
    }
  };
  await listen();
  return {
    get url() {
      return url;
    },
    stop: async () => {
      clearTimeout(retry);
      deps.home.stop();
      await app.close();
    },
  };
}

/**
 * Keeps a thousand connections that ask for nothing from shutting out those that do: whoever connects takes the place of
 * the oldest that has not sent a whole request's headers.
 */
function closeSilent(server: Server, most: number): void {
  const silent = new Set<Socket>();
  server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
    const [oldest] = silent;
    if (silent.size > most) oldest?.destroy();
  });
  server.on('request', ({ socket }) => silent.delete(socket));
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function explainListen(error: unknown, { host, port }: WebSettings): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `port ${port} is taken; set web.port to another port, or web.enabled to false`;
    case 'EACCES':
      return `port ${port} is not allowed; set web.port above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine; set web.host, say 127.0.0.1`;
    default:
      return `it cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
