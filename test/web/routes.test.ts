import { describe, expect, it } from 'vitest';
import { readPageFiles } from '../../src/web/page-files.ts';
import { fakeHome } from '../fakes/fake-home.ts';

describe('the routes', () => {
  it('tell the state of the home', async () => {
    const home = fakeHome();
    const { statusCode, json, headers } = await home.app().inject('/api/state');
    expect(statusCode).toBe(200);
    expect(json()).toEqual(JSON.parse(JSON.stringify(home.home.state())));
    expect(headers['cache-control']).toBe('no-store');
  });

  it('switch a camera off and on', async () => {
    const home = fakeHome();
    const app = home.app();
    const post = (name: string, payload: unknown) =>
      app.inject({ method: 'POST', url: `/api/cameras/${name}/enabled`, payload: payload as object });
    expect((await post('living', { enabled: false })).json()).toEqual({ name: 'living', enabled: false });
    expect(home.cameras[0]!.enabled$.value).toBe(false);
    await post('living', { enabled: true });
    expect(home.cameras[0]!.enabled$.value).toBe(true);
    expect((await post('attic', { enabled: false })).statusCode).toBe(404);
    for (const wrong of [{}, { enabled: 'no' }, { enabled: null }, [false]])
      expect((await post('living', wrong)).statusCode).toBe(400);
    expect(home.cameras[0]!.enabled$.value).toBe(true);
  });

  it('serve the page from memory, compressed, and once while it does not change', async () => {
    const app = fakeHome().app();
    const plain = await app.inject('/');
    const br = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip, br' } });
    const gzip = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
    expect(plain.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    expect(br.headers['content-encoding']).toBe('br');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(br.rawPayload.length).toBeLessThan(plain.rawPayload.length / 10);
    const again = await app.inject({ url: '/', headers: { 'if-none-match': String(plain.headers['etag']) } });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
  });

  it('say in JSON that there is nothing', async () => {
    const missing = await fakeHome().app().inject('/nothing');
    expect(missing.statusCode).toBe(404);
    expect(missing.json()).toEqual({ error: 'there is nothing here' });
  });

  it('have the page’s own files', async () => {
    const files = await readPageFiles();
    expect(files.get('/')?.type).toBe('text/html; charset=utf-8');
  });
});
