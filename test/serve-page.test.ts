import { BehaviorSubject, EMPTY, Subject } from 'rxjs';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { configSchema } from '../src/config/schema.ts';
import { webDeps } from '../src/serve-page.ts';
import type { Watch } from '../src/watch-camera.ts';
import type { View } from '../src/live/draw-faces.ts';
import { createApp } from '../src/web/create-app.ts';
import { fakeFrame } from './fakes/fake-camera.ts';
import { FakePublisher } from './fakes/fake-publisher.ts';

/** The page of a home with one camera, which has a picture to show. */
async function pageOf(written: object) {
  const config = resolveConfig(configSchema.parse(written), 'moodstat.yaml', { ca: undefined, rules: [] });
  const views$ = new Subject<View>();
  const health = { state: 'online', fps: 5, restarts: 0, framesSeen: 0, framesDropped: 0, framesFailed: 0 } as const;
  const demo: Watch = {
    ...{ name: 'demo', room: null, enabled$: new BehaviorSubject(true), available$: EMPTY, problem$: EMPTY },
    ...{ frames$: EMPTY, views$, known$: EMPTY, decided$: EMPTY, moods$: EMPTY, faces$: EMPTY },
    health: () => ({ ...health, latencyP50Ms: null, latencyP95Ms: null }),
  };
  const deps = await webDeps({
    ...{ config, version: '1', startedAtMs: 0, watches: [demo], rooms$: EMPTY, home$: EMPTY, firings$: EMPTY },
    publisher: new FakePublisher(),
    rules: {
      ...{ inForce: () => [], faults: () => [], traces: () => [], reloaded$: EMPTY },
      reload: () => Promise.reject(new Error('there are no rules')),
    },
    ...{ stateFile: 'state.json', written: { file: 'moodstat.yaml', env: {} }, restart: undefined },
    log: pino({ level: 'silent' }),
  });
  return { app: createApp(deps), views$ };
}

/** Every method and address, as Fastify lists them, with a name of a camera in its place. */
function routesOf(listed: string): { method: string; url: string }[] {
  const parents: string[] = [];
  return listed.split('\n').flatMap((line) => {
    const [, indent, segment, methods] = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \((.*)\))?/.exec(line) ?? [];
    if (indent === undefined || segment === undefined) return [];
    const depth = indent.length / 4;
    parents.splice(depth, Infinity, segment);
    const url = parents.join('').replace(/:\w+/g, 'demo').replace('*', 'x');
    return (methods ?? '').split(', ').flatMap((method) => (method === '' ? [] : [{ method, url }]));
  });
}

const PICTURES = /^(image\/(?!svg|x-icon|png)|multipart\/|video\/)/;

describe('what cameras see', () => {
  it.each([
    ['frames: none', { privacy: { frames: 'none' } }],
    ['no word of it', {}],
    ['frames allowed, but no live view', { privacy: { frames: 'live' } }],
    ['snapshots over MQTT', { privacy: { snapshots: true } }],
  ])('is shown by no route there is, with %s', async (_what, written) => {
    const { app, views$ } = await pageOf(written);
    await app.ready();
    const routes = routesOf(app.printRoutes());
    expect(routes).toContainEqual({ method: 'POST', url: '/api/cameras/demo/enabled' });
    expect(routes).toContainEqual({ method: 'GET', url: '/api/state' });
    expect(routes.filter(({ url }) => /live|snapshot|picture|frame|jpe?g/.test(url))).toEqual([]);
    // Those that there would be are asked, too.
    for (const method of ['GET', 'POST', 'DELETE'])
      for (const url of ['/api/live', '/api/live/demo']) routes.push({ method, url });
    for (const { method, url } of routes) {
      if (url === '/api/events') continue;
      const response = await app.inject({ method: method as 'GET', url });
      expect(response.headers['content-type'] ?? '', url).not.toMatch(PICTURES);
      expect(response.rawPayload.includes(Buffer.from([0xff, 0xd8, 0xff])), url).toBe(false);
      expect(response.body, url).not.toMatch(/\/9j\/|data:image\/jpeg/);
      expect(views$.observed, url).toBe(false);
    }
    await app.close();
  });

  it('is shown when two settings say so, and a button was pressed', async () => {
    const { app, views$ } = await pageOf({ privacy: { frames: 'live' }, web: { live_view: true } });
    await app.ready();
    expect(routesOf(app.printRoutes())).toContainEqual({ method: 'GET', url: '/api/live/demo' });
    expect((await app.inject('/api/live/demo')).statusCode).toBe(403);
    const allowed = await app.inject({ method: 'POST', url: '/api/live' });
    const cookie = String(allowed.headers['set-cookie']).split(';')[0]!;
    const watched = app.inject({ url: '/api/live/demo', headers: { cookie } });
    while (!views$.observed) await new Promise(setImmediate);
    views$.next({ frame: fakeFrame({ width: 64, height: 48 }), faces: [] });
    views$.complete();
    const { headers, rawPayload } = await watched;
    expect(headers['content-type']).toMatch(PICTURES);
    expect(rawPayload.includes(Buffer.from([0xff, 0xd8, 0xff]))).toBe(true);
    await app.close();
  });
});

describe('a password', () => {
  it('stands before every route there is, but the login and the health', async () => {
    const { app } = await pageOf({ privacy: { frames: 'live' }, web: { live_view: true, password: 'correct horse' } });
    await app.ready();
    const open = [];
    for (const { method, url } of routesOf(app.printRoutes())) {
      const { statusCode } = await app.inject({ method: method as 'GET', url });
      if (statusCode !== 401) open.push(`${method} ${url} ${statusCode}`);
    }
    expect(open.sort()).toEqual([
      ...['GET /healthz 503', 'GET /login 200', 'GET /login.css 200'],
      ...['HEAD /healthz 503', 'HEAD /login 200', 'HEAD /login.css 200', 'POST /login 401'].slice(0, 3),
    ]);
    await app.close();
  });
});
