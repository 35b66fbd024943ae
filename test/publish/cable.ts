import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A way to a broker that can be cut, and made to swallow what comes back. */
export class Cable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #mute: { on: boolean };

  private constructor(server: Server, sockets: Set<Socket>, mute: { on: boolean }) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
    this.#mute = mute;
  }

  static async to(brokerPort: number): Promise<Cable> {
    const sockets = new Set<Socket>();
    const mute = { on: false };
    const server = createServer((near) => {
      const far = connect(brokerPort, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
      near.on('data', (chunk) => far.write(chunk));
      far.on('data', (chunk) => {
        if (!mute.on) near.write(chunk);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Cable(server, sockets, mute);
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** From now on the broker hears everything and is never heard, acknowledgements least of all. */
  mute(): void {
    this.#mute.on = true;
  }

  /** Breaks all connections without a word; the next ones work again. */
  cut(): void {
    this.#mute.on = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async remove(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
