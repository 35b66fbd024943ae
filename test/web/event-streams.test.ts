import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { EventStreams, eventText } from '../../src/web/event-streams.ts';

/** A stream to a client that has not begun to read. */
async function stream() {
  let times = 0;
  const streams = new EventStreams({ most: 2, firstEvent: () => eventText({ event: 'state', data: ++times }) });
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const asked = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  response.writeHead(200);
  streams.add(response, 'somebody');
  const [incoming] = (await once(asked, 'response')) as [IncomingMessage];
  return { streams, response, incoming };
}

it('keeps little for who does not read, and brings it up to date when it does', async () => {
  const { streams, response, incoming } = await stream();
  const data = 'x'.repeat(1000);
  let most = 0;
  for (let i = 0; i < 30_000; i++) {
    streams.send({ event: 'camera', data });
    most = Math.max(most, response.writableLength);
    // The system takes some megabytes before it says that it is full.
    if (i % 100 === 0) await new Promise(setImmediate);
  }
  expect(most).toBeGreaterThan(256 * 1024);
  expect(most).toBeLessThan(300 * 1024);
  let read = '';
  incoming.setEncoding('utf8').on('data', (text: string) => (read += text));
  await expect.poll(() => read.endsWith('event: state\ndata: 2\n\n')).toBe(true);
  streams.send({ event: 'home', data: null });
  await expect.poll(() => read.endsWith('event: home\ndata: null\n\n')).toBe(true);
});

it('ends with its owner, and is forgotten then', async () => {
  const { streams, incoming } = await stream();
  expect(streams.size).toBe(1);
  streams.endOf('somebody else');
  streams.endOf('somebody');
  incoming.resume();
  await once(incoming, 'end');
  await expect.poll(() => streams.size).toBe(0);
});
