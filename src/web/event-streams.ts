import type { ServerResponse } from 'node:http';

/** Proxies and phones give up connections on which nothing comes. */
const HEARTBEAT_MS = 15_000;
/** Who has so much still to read is told nothing more until it has: more than everything that is known of a large home. */
const MOST_WAITING = 256 * 1024;

interface Client {
  readonly response: ServerResponse;
  readonly owner: string | undefined;
  /** It has not read what it was sent; until then it is told nothing, and then everything. */
  behind: boolean;
}

/** Server-sent events (HTML Living Standard, §9.2) to whoever listens, with a bound on what waits for each. */
export class EventStreams {
  readonly #clients = new Set<Client>();
  readonly #most: number;
  readonly #firstEvent: () => string;
  #heartbeat: NodeJS.Timeout | undefined;

  /** `firstEvent` brings a client up to date: at the start, and after it fell behind. */
  constructor({ most, firstEvent }: { readonly most: number; readonly firstEvent: () => string }) {
    this.#most = most;
    this.#firstEvent = firstEvent;
  }

  get size(): number {
    return this.#clients.size;
  }

  get isFull(): boolean {
    return this.#clients.size >= this.#most;
  }

  /** Takes over a response whose headers are sent; `owner` is who can be cut off by `endOf`. */
  add(response: ServerResponse, owner?: string): void {
    const client: Client = { response, owner, behind: false };
    this.#clients.add(client);
    this.#heartbeat ??= setInterval(() => {
      this.#toAll(': alive\n\n');
    }, HEARTBEAT_MS).unref();
    response.on('drain', () => {
      if (!client.behind) return;
      client.behind = false;
      this.#write(client, this.#firstEvent());
    });
    response.once('close', () => {
      this.#clients.delete(client);
      if (this.#clients.size > 0) return;
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    });
    this.#write(client, this.#firstEvent());
  }

  /** Costs nothing when nobody listens. */
  send(event: { readonly event: string; readonly data: unknown }): void {
    if (this.#clients.size > 0) this.#toAll(eventText(event));
  }

  endOf(owner: string): void {
    for (const client of this.#clients) if (client.owner === owner) client.response.end();
  }

  stop(): void {
    for (const { response } of this.#clients) response.end();
  }

  #toAll(text: string): void {
    for (const client of this.#clients) this.#write(client, text);
  }

  #write(client: Client, text: string): void {
    if (client.behind) return;
    const flows = client.response.write(text);
    client.behind = !flows && client.response.writableLength > MOST_WAITING;
  }
}

/** One event as it goes over the wire; JSON has no line breaks outside its strings, nor inside. */
export function eventText({ event, data }: { readonly event: string; readonly data: unknown }): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
