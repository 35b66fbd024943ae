import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection over which a test says what no client would. */
export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends this and resolves with all that comes back until the other side hangs up. */
export async function say(url: string, text: string | Buffer): Promise<string> {
  const socket = await open(url);
  socket.write(text);
  return heard(socket);
}

export async function heard(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

/** A request by hand, after which the server hangs up. */
export function request(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all = {
    host: '127.0.0.1',
    connection: 'close',
    ...(body !== '' && { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? NaN);
}
