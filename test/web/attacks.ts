import { expect } from 'vitest';
import type { fakeHome } from '../fakes/fake-home.ts';
import { heard, open, request, say, statusOf } from './raw-socket.ts';

export const PASSWORD = 'correct horse';
export const TOKEN = 'battery-staple';

/** A page with a password, on a socket. */
export interface Target {
  readonly url: string;
  readonly home: ReturnType<typeof fakeHome>;
  /** The same page, on which the times that somebody may take are short. */
  readonly hurried: string;
  /** The same page behind a proxy that is trusted. */
  readonly proxied: string;
}

/** What is tried, what docs/page.md says it gets, and the trying. */
export type Attack = readonly [attack: string, got: string, trying: (target: Target) => Promise<void>];

const JSON_TYPE = { 'content-type': 'application/json' };
const BEARER = { authorization: `Bearer ${TOKEN}` };
const SWITCH = '/api/cameras/living/enabled';

async function statuses(url: string, requests: readonly string[]): Promise<Set<number>> {
  const all = new Set<number>();
  for (const one of requests) all.add(statusOf(await say(url, one)));
  return all;
}

async function login(url: string, password: string, headers: Readonly<Record<string, string>> = {}) {
  const body = new URLSearchParams({ password });
  return fetch(`${url}/login`, { method: 'POST', body, headers, redirect: 'manual' });
}

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

/** Whether the page still answers who may ask. */
async function isWell({ url }: Target): Promise<void> {
  expect((await fetch(`${url}/api/state`, { headers: BEARER })).status).toBe(200);
}

export const ATTACKS: readonly Attack[] = [
  [
    'a path out of the page’s folder: `/../../etc/passwd`, with `%2e%2e%2f`, `%252e`, `..\\`, NUL',
    '404, or 400 where it is no address; no path ever becomes one of a file',
    async ({ url }) => {
      const paths = [
        '/../../etc/passwd',
        '/..%2f..%2fetc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/%252e%252e/etc/passwd',
      ];
      const odd = ['/..\\..\\etc\\passwd', '/index.html%00.css', '//etc/passwd', '/./page/../../package.json', '/%ff'];
      const tried = [...paths, ...odd].map((path) => request(`GET ${path}`, BEARER));
      expect([...(await statuses(url, tried))].sort()).toEqual([400, 404]);
    },
  ],
  [
    'another method: `DELETE /api/state`, `PUT`, `TRACE`, `X-HTTP-Method-Override`',
    '404; only the methods of the table exist',
    async ({ url, home }) => {
      const lines = [
        'DELETE /api/state',
        `PUT ${SWITCH}`,
        `GET ${SWITCH}`,
        'TRACE /',
        'POST /metrics',
        'OPTIONS /api/state',
      ];
      const override = request(`GET ${SWITCH}`, { ...BEARER, 'x-http-method-override': 'POST' });
      const tried = [...lines.map((line) => request(line, BEARER)), override];
      expect([...(await statuses(url, tried))]).toEqual([404]);
      expect(home.cameras[0]!.enabled$.value).toBe(true);
    },
  ],
  [
    'JSON that is broken, or nests 30,000 deep',
    '400',
    async ({ url }) => {
      const bodies = ['{"enabled":', 'enabled', '[', `${'['.repeat(30_000)}${']'.repeat(30_000)}`];
      const tried = bodies.map((body) => request(`POST ${SWITCH}`, { ...BEARER, ...JSON_TYPE }, body));
      expect([...(await statuses(url, tried))]).toEqual([400]);
    },
  ],
  [
    'prototype pollution: `__proto__` and `constructor.prototype` in JSON, in queries and in names',
    '400 or 404; nothing is polluted',
    async ({ url, home }) => {
      const bodies = ['{"__proto__":{"enabled":false}}', '{"constructor":{"prototype":{"enabled":false}}}'];
      const tried = [
        ...bodies.map((body) => request(`POST ${SWITCH}`, { ...BEARER, ...JSON_TYPE }, body)),
        ...['__proto__', 'constructor', 'toString'].map((name) =>
          request(`POST /api/cameras/${name}/enabled`, { ...BEARER, ...JSON_TYPE }, '{"enabled":false}'),
        ),
      ];
      expect([...(await statuses(url, tried))].sort()).toEqual([400, 404]);
      await say(url, request('GET /api/state?__proto__[enabled]=false&constructor.prototype.enabled=1', BEARER));
      expect(({} as { enabled?: unknown }).enabled).toBeUndefined();
      expect(home.cameras[0]!.enabled$.value).toBe(true);
    },
  ],
  [
    'a body of 10 MB, with its length said or in endless pieces',
    '413, and the connection is closed',
    async ({ url }) => {
      const said = request(`POST ${SWITCH}`, { ...BEARER, ...JSON_TYPE, 'content-length': '10000000' });
      expect(statusOf(await say(url, said))).toBe(413);
      const socket = await open(url);
      socket.write(request(`POST ${SWITCH}`, { ...BEARER, ...JSON_TYPE, 'transfer-encoding': 'chunked' }));
      const answer = heard(socket);
      const piece = `4000\r\n${' '.repeat(0x4000)}\r\n`;
      for (let i = 0; i < 640 && socket.writable; i++) socket.write(piece);
      expect(statusOf(await answer)).toBe(413);
    },
  ],
  [
    'a body in another dress: `text/plain`, which other pages may send unasked',
    '415',
    async ({ url, home }) => {
      const tried = ['text/plain', 'multipart/form-data; boundary=x'].map((type) =>
        request(`POST ${SWITCH}`, { ...BEARER, 'content-type': type }, '{"enabled":false}'),
      );
      expect([...(await statuses(url, tried))]).toEqual([415]);
      expect(home.cameras[0]!.enabled$.value).toBe(true);
    },
  ],
  [
    'a flood of headers, 100 kB of them, or an address of 20 kB',
    '431; a name of 5 kB in an address 400',
    async ({ url }) => {
      const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`x-${i}`, 'a'.repeat(30)]));
      expect(statusOf(await say(url, request('GET /', many)))).toBe(431);
      expect(statusOf(await say(url, request(`GET /${'a'.repeat(20_000)}`)))).toBe(431);
      expect(statusOf(await say(url, request(`POST /api/cameras/${'a'.repeat(5000)}/enabled`, BEARER)))).toBe(400);
    },
  ],
  [
    'smuggling: two lengths, a length beside pieces; no host',
    '400',
    async ({ url }) => {
      const post = `POST ${SWITCH} HTTP/1.1\r\nhost: 127.0.0.1\r\n`;
      const tried = [
        `${post}content-length: 2\r\ncontent-length: 3\r\n\r\n{}x`,
        `${post}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
        `${post}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
        'GET / HTTP/1.1\r\nconnection: close\r\n\r\n',
      ];
      expect([...(await statuses(url, tried))]).toEqual([400]);
    },
  ],
  [
    'noise: bytes at random, TLS to the port, an HTTP/2 preface',
    '400, and the connection is closed',
    async ({ url }) => {
      const hello = Buffer.from('16030100a5010000a10303', 'hex');
      const tried = [
        Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10]),
        hello,
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      ];
      for (const bytes of tried) expect([400, 505]).toContain(statusOf(await say(url, bytes)));
    },
  ],
  [
    'slow headers and slow bodies, a byte now and then (slowloris)',
    '408 after 10 s for headers and 15 s for a request, and the connection is closed',
    async ({ hurried }) => {
      const headers = await open(hurried);
      const body = await open(hurried);
      headers.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n');
      body.write(request(`POST ${SWITCH}`, { ...BEARER, ...JSON_TYPE, 'content-length': '100' }));
      const drip = setInterval(() => {
        headers.write('x-a: b\r\n');
        body.write(' ');
      }, 20);
      const answers = await Promise.all([heard(headers), heard(body)]);
      clearInterval(drip);
      expect(answers.map(statusOf)).toEqual([408, 408]);
    },
  ],
  [
    '1,000 connections that ask for nothing',
    'the oldest are closed beyond 100; the page answers meanwhile',
    async (target) => {
      const idle = await Promise.all(Array.from({ length: 1000 }, () => open(target.url)));
      await isWell(target);
      const isOpen = () => idle.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
      for (const socket of idle) socket.resume();
      while (isOpen() > 100) await new Promise(setImmediate);
      await isWell(target);
      for (const socket of idle) socket.destroy();
    },
  ],
  [
    '100 event streams, more than a home has pages',
    '503 beyond 50',
    async ({ url }) => {
      const streams = await Promise.all(
        Array.from({ length: 100 }, () => fetch(`${url}/api/events`, { headers: BEARER })),
      );
      const count = (status: number) => streams.filter((stream) => stream.status === status).length;
      expect([count(200), count(503)]).toEqual([50, 50]);
      for (const { body } of streams) await body!.cancel();
    },
  ],
  [
    'a name of somebody else’s that leads here (DNS rebinding)',
    '421 unless `allowed_hosts` has the name',
    async ({ url }) => {
      const hosts = [
        'evil.example',
        'evil.example:8098',
        '127.0.0.1.evil.example',
        'localhost.evil.example',
        'a@localhost',
        '',
      ];
      const tried = hosts.map((host) => request('GET /api/state', { ...BEARER, host }));
      tried.push(request('GET /api/state', { ...BEARER, host: 'evil.example', 'x-forwarded-host': 'localhost' }));
      expect([...(await statuses(url, tried))]).toEqual([421]);
      const own = ['localhost', '127.0.0.1', '[::1]:80', 'mood.example.org', 'MOOD.example.org:443'];
      expect([
        ...(await statuses(
          url,
          own.map((host) => request('GET /api/state', { ...BEARER, host })),
        )),
      ]).toEqual([200]);
    },
  ],
  [
    'another page sends in the reader’s name (CSRF): with its origin, with `null`, without any',
    '403; the cookie does not come along either (`SameSite=Strict`)',
    async ({ url, home }) => {
      const cookie = cookieOf(await login(url, PASSWORD));
      const origins = [{ origin: 'http://evil.example' }, { origin: 'null' }, { origin: 'http://127.0.0.1:1' }];
      const silent = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }];
      const tried = [...origins, ...silent].map((from) =>
        request(`POST ${SWITCH}`, { cookie, ...JSON_TYPE, ...(from as Record<string, string>) }, '{"enabled":false}'),
      );
      expect([...(await statuses(url, tried))]).toEqual([403]);
      expect(home.cameras[0]!.enabled$.value).toBe(true);
    },
  ],
  [
    'another page loads what is ours: as a picture, a script, by `fetch`',
    '403, and `Cross-Origin-Resource-Policy: same-origin` on everything',
    async ({ url }) => {
      const modes = ['no-cors', 'cors'].map((mode) =>
        request('GET /api/state', { ...BEARER, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode }),
      );
      expect([...(await statuses(url, modes))]).toEqual([403]);
      const answer = await fetch(url, { headers: { origin: 'http://evil.example' } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    },
  ],
  [
    'another page holds ours in a frame (clickjacking)',
    "`frame-ancestors 'none'` and `X-Frame-Options: DENY`, on faults too",
    async ({ url }) => {
      for (const path of ['/', '/login', '/nothing', '/%ff', '/api/state']) {
        const { headers } = await fetch(`${url}${path}`, { headers: BEARER });
        expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
        expect(headers.get('x-frame-options')).toBe('DENY');
      }
    },
  ],
  [
    'script in an address, a name, a password',
    'never sent back; no inline script runs (CSP), no type is guessed (`nosniff`)',
    async ({ url }) => {
      const script = '<script>alert(1)</script>';
      const answers = [
        await say(url, request(`GET /${encodeURIComponent(script)}`, BEARER)),
        await say(
          url,
          request(
            `POST /api/cameras/${encodeURIComponent(script)}/enabled`,
            { ...BEARER, ...JSON_TYPE },
            '{"enabled":true}',
          ),
        ),
        await (await login(url, script)).text(),
      ];
      for (const answer of answers) expect(answer).not.toContain('alert(1)');
      const { headers } = await fetch(url, { headers: BEARER });
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('permissions-policy')).toContain('camera=()');
    },
  ],
  [
    'no password, an old cookie, a made-up one, one with `__proto__`',
    '401, or the login for a browser; on routes that do not exist, too',
    async ({ url }) => {
      const gone = cookieOf(await login(url, PASSWORD));
      await fetch(`${url}/api/logout`, { method: 'POST', headers: { cookie: gone } });
      const name = gone.split('=')[0]!;
      const cookies = ['', gone, `${name}=`, `${name}=${'A'.repeat(43)}`, `${name}=__proto__`, '__proto__=x'];
      for (const path of ['/api/state', '/api/events', '/metrics', '/', '/nothing'])
        expect([
          ...(await statuses(
            url,
            cookies.map((cookie) => request(`GET ${path}`, { cookie })),
          )),
        ]).toEqual([401]);
      expect(statusOf(await say(url, request('GET /', { accept: 'text/html' })))).toBe(303);
    },
  ],
  [
    'a session given beforehand (fixation), or stolen by script',
    'the login gives a new one, `HttpOnly`, `SameSite=Strict`, `Secure` behind TLS',
    async ({ url, proxied }) => {
      const first = await login(url, PASSWORD);
      const cookie = cookieOf(first);
      const second = await login(url, PASSWORD, { cookie });
      expect(cookieOf(second)).not.toBe(cookie);
      expect((await fetch(`${url}/api/state`, { headers: { cookie } })).status).toBe(401);
      expect((await fetch(`${url}/api/state`, { headers: { cookie: cookieOf(second) } })).status).toBe(200);
      expect(first.headers.get('set-cookie')).toMatch(/Path=\/; HttpOnly; SameSite=Strict$/);
      const tls = await login(proxied, PASSWORD, {
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'mood.example.org',
      });
      expect(tls.headers.get('set-cookie')).toMatch(/; Secure;/);
    },
  ],
  [
    'passwords tried in a row, with forged `X-Forwarded-For`',
    '429 after 5 wrong ones, the right one too; one more each 30 s',
    async ({ url, home }) => {
      const tried = [];
      for (let i = 0; i < 8; i++)
        tried.push((await login(url, `guess ${i}`, { 'x-forwarded-for': `10.0.0.${i}` })).status);
      expect(tried).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
      const right = await login(url, PASSWORD);
      expect(right.status).toBe(429);
      expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await fetch(`${url}/api/state`, { headers: { authorization: 'Bearer guess' } })).status).toBe(429);
      home.clock.nowMs += 30_000;
      expect((await login(url, PASSWORD)).status).toBe(303);
    },
  ],
  [
    'passwords tried from many addresses at once',
    '429 after 50 wrong ones in all; who is logged in goes on',
    async ({ proxied, home }) => {
      const cookie = cookieOf(await login(proxied, PASSWORD));
      const tried = [];
      for (let i = 0; i < 60; i++)
        tried.push((await login(proxied, 'guess', { 'x-forwarded-for': `10.0.0.${i}` })).status);
      expect(tried.filter((status) => status === 401)).toHaveLength(50);
      expect(tried.slice(50).every((status) => status === 429)).toBe(true);
      expect((await fetch(`${proxied}/api/state`, { headers: { cookie } })).status).toBe(200);
      home.clock.nowMs += 60_000;
    },
  ],
  [
    'tokens tried in a row',
    '429 after 5 wrong ones',
    async ({ url, home }) => {
      home.clock.nowMs += 600_000;
      const tried = [];
      for (let i = 0; i < 7; i++)
        tried.push((await fetch(`${url}/metrics`, { headers: { authorization: `Bearer guess ${i}` } })).status);
      expect(tried).toEqual([401, 401, 401, 401, 401, 429, 429]);
      home.clock.nowMs += 600_000;
    },
  ],
  [
    'secrets looked for in everything that is answered and logged',
    'neither password nor token is in any of it',
    async ({ url, home }) => {
      const cookie = cookieOf(await login(url, PASSWORD));
      const answers = [];
      for (const path of ['/', '/login', '/api/state', '/metrics', '/healthz', '/nothing', '/%ff'])
        for (const headers of [{}, { cookie }, BEARER] as Record<string, string>[])
          answers.push(await say(url, request(`GET ${path}`, headers)));
      for (const text of [...answers, JSON.stringify(home.log.lines)]) {
        expect(text).not.toContain(PASSWORD);
        expect(text).not.toContain(TOKEN);
      }
      expect(answers.some((answer) => answer.includes('moodstat_build_info'))).toBe(true);
    },
  ],
];
