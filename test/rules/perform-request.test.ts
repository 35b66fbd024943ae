import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../fakes/free-port.ts';
import { performRequest } from '../../src/rules/perform-request.ts';
import type { HttpAction } from '../../src/rules/rule.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly type: string | undefined;
  readonly key: string | undefined;
  readonly body: string;
}

/** A server that does as told, and notes what it was asked. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, port: number) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, type: headers['content-type'], key: headers['x-key'] as string | undefined, body });
      answer(request, response, (server.address() as AddressInfo).port);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, port: (server.address() as AddressInfo).port };
}

function request(url: string, more: Partial<HttpAction> = {}): HttpAction {
  return {
    action: 'http.request',
    method: 'GET',
    url,
    headers: {},
    body: undefined,
    timeoutMs: 5000,
    retries: 0,
    backoffMs: 1000,
    ...more,
  };
}

const NEVER = new AbortController().signal;

describe('performRequest', () => {
  it('sends JSON and headers, and takes 204 for good', async () => {
    const { seen, port } = await serve((_, response) => response.writeHead(204).end());
    const action = request(`http://127.0.0.1:${port}/x?y=1`, {
      method: 'PUT',
      headers: { 'X-Key': 'k' },
      body: { json: { a: 1 } },
    });
    expect(await performRequest(action, NEVER)).toEqual({ ok: true, detail: 'answered 204' });
    expect(seen).toEqual([{ method: 'PUT', url: '/x?y=1', type: 'application/json', key: 'k', body: '{"a":1}' }]);
  });

  it('sends text as it is', async () => {
    const { seen, port } = await serve((_, response) => response.end());
    await performRequest(request(`http://127.0.0.1:${port}/`, { method: 'POST', body: { text: '20' } }), NEVER);
    expect(seen).toMatchObject([{ method: 'POST', type: 'text/plain; charset=utf-8', body: '20' }]);
  });

  it('tells an answer that is not good', async () => {
    const { port } = await serve((_, response) => response.writeHead(500).end('no'));
    expect(await performRequest(request(`http://127.0.0.1:${port}/`), NEVER)).toEqual({
      ok: false,
      detail: 'answered 500',
    });
  });

  it('follows a redirect to the same host, a POST as a GET, and with 307 as itself', async () => {
    const { seen, port } = await serve(({ url }, response) => {
      if (url === '/303') response.writeHead(303, { location: '/end' }).end();
      else if (url === '/307') response.writeHead(307, { location: '/end' }).end();
      else response.end();
    });
    for (const code of [303, 307]) {
      const action = request(`http://127.0.0.1:${port}/${code}`, { method: 'POST', body: { text: 'x' } });
      expect(await performRequest(action, NEVER)).toMatchObject({ ok: true });
    }
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/303', 'x'],
      ['GET', '/end', ''],
      ['POST', '/307', 'x'],
      ['POST', '/end', 'x'],
    ]);
  });

  it('follows none to another host, and does not ask it', async () => {
    const other = await serve((_, response) => response.end());
    const { port } = await serve((_, response) =>
      response.writeHead(302, { location: `http://localhost:${other.port}/` }).end(),
    );
    expect(await performRequest(request(`http://127.0.0.1:${port}/`), NEVER)).toEqual({
      ok: false,
      detail: `redirects to http://localhost:${other.port}, which is not followed`,
    });
    expect(other.seen).toEqual([]);
  });

  it('does not go round for ever', async () => {
    const { seen, port } = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    expect(await performRequest(request(`http://127.0.0.1:${port}/`), NEVER)).toMatchObject({
      ok: false,
      detail: 'redirects more than 5 times',
    });
    expect(seen).toHaveLength(6);
  });

  it('gives up when no answer comes', async () => {
    const { port } = await serve(() => undefined);
    expect(await performRequest(request(`http://127.0.0.1:${port}/`, { timeoutMs: 100 }), NEVER)).toEqual({
      ok: false,
      detail: 'no answer in 0.1 s',
    });
  });

  it('says why nobody could be asked', async () => {
    // A port that browsers and fetch may use, and nobody listens at.
    const url = `http://127.0.0.1:${await freePort()}/`;
    expect(await performRequest(request(url), NEVER)).toMatchObject({ ok: false, detail: 'ECONNREFUSED' });
  });

  it('ends when moodstat stops', async () => {
    const { port } = await serve(() => undefined);
    const stopping = new AbortController();
    const done = performRequest(request(`http://127.0.0.1:${port}/`), stopping.signal);
    stopping.abort();
    expect(await done).toEqual({ ok: false, detail: 'moodstat stops' });
  });
});
