import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startWeb } from '../../src/web/start-web.ts';
import { LIMITS } from '../../src/web/create-app.ts';
import { fakeHome } from '../fakes/fake-home.ts';
import { heard, open } from './raw-socket.ts';

it('says that its port is taken, once, goes on without a page, and comes when the port is free', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { deps, log } = fakeHome({ settings: { port } });
  const web = await startWeb({ ...deps, limits: { ...LIMITS, retryMs: 20 } });
  onTestFinished(() => web.stop());
  expect(web.url).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(log.at('error')).toEqual([
    `no page: port ${port} is taken; set web.port to another port, or web.enabled to false; moods and rules go on without it`,
  ]);
  other.close();
  await expect.poll(() => web.url, { interval: 10 }).toBe(`http://127.0.0.1:${port}`);
  expect((await fetch(`${web.url}/api/state`)).status).toBe(200);
  expect(log.at('error')).toHaveLength(1);
});

it('names an address that is none of this machine', async () => {
  const { deps, log } = fakeHome({ settings: { host: '192.0.2.1' } });
  const web = await startWeb(deps);
  await web.stop();
  expect(log.at('error')[0]).toContain('192.0.2.1 is no address of this machine; set web.host, say 127.0.0.1');
});

it('stops at once, whoever is still there', async () => {
  const { deps } = fakeHome();
  const web = await startWeb(deps);
  const silent = await open(web.url!);
  const events = await fetch(`${web.url}/api/events`);
  const hungUp = heard(silent);
  await web.stop();
  expect(await hungUp).toBe('');
  await expect(events.text().catch(() => 'cut')).resolves.toMatch(/^event: state\n|^cut$/);
});
