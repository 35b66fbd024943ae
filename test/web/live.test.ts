import { BehaviorSubject, Subject, filter, takeUntil } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { LiveViews } from '../../src/web/live-views.ts';
import { fakeHome } from '../fakes/fake-home.ts';
import { serve } from './serve.ts';

const PICTURE = Buffer.from('\xff\xd8 a picture \xff\xd9', 'latin1');

/** A home whose camera `living` can be watched for as long as is said. */
async function watchable({ forMs = 600_000 } = {}) {
  const home = fakeHome();
  const shown$ = new Subject<Uint8Array>();
  const on$ = new BehaviorSubject(true);
  const views = new LiveViews(Date.now);
  views.watched$.subscribe(home.watched$);
  const pictures$ = shown$.pipe(takeUntil(on$.pipe(filter((on) => !on))));
  const live = { cameras: [{ name: 'living', pictures$ }], views, forMs };
  const url = await serve({ ...home.deps, live, now: Date.now });
  const allowed = await fetch(`${url}/api/live`, { method: 'POST' });
  const cookie = allowed.headers.get('set-cookie')!.split(';')[0]!;
  const watch = (camera = 'living') => fetch(`${url}/api/live/${camera}`, { headers: { cookie } });
  return { ...{ home, shown$, on$, views, url, cookie, watch }, until: await allowed.json() };
}

async function text(response: Response): Promise<string> {
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

describe('the live view', () => {
  it('shows pictures to the session that asked for it, and says so to everybody', async () => {
    const { home, shown$, url, watch, cookie } = await watchable();
    const response = await watch();
    expect(response.headers.get('content-type')).toBe('multipart/x-mixed-replace; boundary=moodstat-picture');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(home.home.state().privacy.watchers).toBe(1);
    expect(home.home.state().cameras.map(({ watched }) => watched)).toEqual([true, false, false]);
    shown$.next(PICTURE);
    shown$.next(PICTURE);
    await fetch(`${url}/api/live`, { method: 'DELETE', headers: { cookie } });
    const part = `content-type: image/jpeg\r\ncontent-length: ${PICTURE.length}\r\n\r\n${PICTURE.toString('latin1')}\r\n`;
    expect(await text(response)).toBe(`--moodstat-picture\r\n${`${part}--moodstat-picture\r\n`.repeat(2)}`);
    expect(home.home.state().privacy.watchers).toBe(0);
    expect(shown$.observed).toBe(false);
    expect((await watch()).status).toBe(403);
  });

  it('ends by itself', async () => {
    const { shown$, watch, until } = await watchable({ forMs: 300 });
    expect(until).toEqual({ until: expect.stringMatching(/^20.*Z$/) as string });
    const response = await watch();
    shown$.next(PICTURE);
    expect(await text(response)).toContain('image/jpeg');
    expect((await watch()).status).toBe(403);
  });

  it('ends with the camera', async () => {
    const { on$, watch } = await watchable();
    const response = await watch();
    on$.next(false);
    expect(await text(response)).toBe('--moodstat-picture\r\n');
  });

  it('ends with the session', async () => {
    const { url, cookie, watch } = await watchable();
    const response = await watch();
    await fetch(`${url}/api/logout`, { method: 'POST', headers: { cookie } });
    expect(await text(response)).toBe('--moodstat-picture\r\n');
    expect((await watch()).status).toBe(403);
  });

  it('is for the session that asked for it, and for no other', async () => {
    const { url } = await watchable();
    expect((await fetch(`${url}/api/live/living`)).status).toBe(403);
    const other = await fetch(`${url}/api/live`);
    expect(await other.json()).toEqual({ until: null });
  });

  it('knows no camera that is not there, and is open in few places', async () => {
    const { watch, views } = await watchable();
    expect((await watch('attic')).status).toBe(404);
    const open = await Promise.all(Array.from({ length: 10 }, () => watch()));
    expect(views.size).toBe(10);
    expect((await watch()).status).toBe(503);
    for (const response of open) await response.body!.cancel();
  });
});
