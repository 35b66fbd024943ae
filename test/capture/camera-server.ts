import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** A JPEG of one colour. */
export async function jpeg(width: number, height: number, background = '#c02020'): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** Serves what an IP camera does, on a free port of the loopback; counts requests and open connections. */
export class CameraServer {
  readonly #server: Server;
  /** Each request's head, in order. */
  readonly requests: IncomingMessage[] = [];

  constructor(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      answer(request, response);
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  url(path = '/', credentials = ''): string {
    return `http://${credentials}127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
  }

  /** Cuts every connection, as a camera does that loses its power; the server itself stays. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Answers with an MJPEG stream of one picture, `perSecond` times a second until the watcher leaves. */
export function streamMjpeg(response: ServerResponse, picture: Buffer, perSecond = 25): void {
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
  const send = (): void => {
    response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`);
    response.write(picture);
    response.write('\r\n');
  };
  send();
  const timer = setInterval(send, 1000 / perSecond);
  response.on('close', () => {
    clearInterval(timer);
  });
}
