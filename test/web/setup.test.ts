import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { editHome } from '../../src/edit-home.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createApp } from '../../src/web/create-app.ts';
import type { FindingAnswer, PreviewAnswer, SetupAnswer, TriedCamera } from '../../src/web/setup/setup-answer.ts';
import { fakeHome } from '../fakes/fake-home.ts';
import { freePort } from '../fakes/free-port.ts';
import { describeMosquitto, Mosquitto, passwordFile } from '../publish/real-mosquitto.ts';

const CONFIG = `# mine
version: 1
mqtt: { url: mqtt://127.0.0.1:1, username: me, password: hidden1 } # the old one
cameras:
  living: { source: "rtsp://u:hidden2@127.0.0.1:9/s" }
`;

/** The routes of a daemon that runs by this configuration. */
async function home(text = CONFIG, more = '') {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-setup-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'moodstat.yaml');
  await writeFile(file, text + more);
  const { config } = await loadConfig(file, {});
  const restarts: string[] = [];
  const edited = editHome(
    {
      ...{ config, stateFile: join(folder, 'state.json'), written: { file, env: {} } },
      rules: { inForce: () => [], traces: () => [], reload: () => Promise.reject(new Error('no rules here')) },
      restart: { prepare: () => loadConfig(file, {}), begin: () => restarts.push('begun') },
    },
    () => ({ online: new Map(), connectedTo: undefined }),
  );
  const app = createApp({ ...fakeHome().deps, ...edited });
  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });
  const setup = async () => (await app.inject('/api/setup')).json<SetupAnswer>();
  return { app, folder, file, post, setup, restarts };
}

describe('the set-up', () => {
  it('begins with what is written, without its secrets', async () => {
    const { app } = await home();
    const { body, json } = await app.inject('/api/setup');
    expect(body).not.toMatch(/hidden\d/);
    expect(json()).toMatchObject({
      cameras: [{ name: 'living', room: null, source: 'rtsp://127.0.0.1:9/***' }],
      broker: { embedded: false, url: 'mqtt://127.0.0.1:1', username: 'me', hasPassword: true },
      ...{ history: false, canRestart: true, showsPictures: false, faults: [] },
    });
  });

  it('says so when the file has become faulty', async () => {
    const { setup, file } = await home();
    await writeFile(file, 'version: 2\n');
    expect(await setup()).toMatchObject({ faults: [expect.stringContaining('expected version 1')], cameras: [] });
  });

  it('shows what it would write, and writes nothing', async () => {
    const { post, folder } = await home();
    const answer = await post('/api/setup/preview', {
      cameras: [{ name: 'living' }, { name: 'door', source: 'http://u:hidden3@cam/x.jpg' }],
      broker: { password: 'hidden4' },
    });
    expect(answer.body).not.toMatch(/hidden\d/);
    const preview = answer.json<PreviewAnswer>();
    expect(preview).toMatchObject({
      valid: true,
      changed: true,
      faults: [],
      secrets: ['mqtt_password', 'door_source'],
    });
    expect(preview.lines).toContainEqual({ text: '  door:', kind: 'added' });
    expect(await readdir(folder)).toEqual(['moodstat.yaml']);
  });

  it('writes it with secrets apart, and keeps what was there', async () => {
    const { post, setup, folder, file, app } = await home();
    const changes = { broker: { password: 'hidden4' }, history: true };
    const { hash } = await setup();
    const saved = await post('/api/setup/save', { changes, hash });
    expect(saved.statusCode).toBe(200);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('password: !secret mqtt_password');
    expect(text).not.toContain('hidden4');
    const secrets = join(folder, 'secrets.yaml');
    expect(await readFile(secrets, 'utf8')).toContain('mqtt_password: "hidden4"');
    expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    const [backup] = saved.json<{ backups: string[] }>().backups;
    expect(await readFile(backup!, 'utf8')).toBe(CONFIG);
    const { config } = await loadConfig(file, {});
    expect([config.mqtt.password, config.history.enabled]).toEqual(['hidden4', true]);
    expect((await app.inject('/api/setup')).body).not.toMatch(/hidden\d/);
  });

  it('neither overwrites what somebody changed, nor writes what is not valid', async () => {
    const { post, setup, file } = await home();
    const { hash } = await setup();
    const faulty = await post('/api/setup/save', { changes: { broker: { url: 'http://no' } }, hash });
    expect(faulty.statusCode).toBe(422);
    expect(faulty.json<{ faults: string[] }>().faults[0]).toContain('mqtt://host');
    await writeFile(file, `${CONFIG}# more\n`);
    expect((await post('/api/setup/save', { changes: { history: true }, hash })).statusCode).toBe(409);
    expect(await readFile(file, 'utf8')).toBe(`${CONFIG}# more\n`);
  });

  it('restarts only by a configuration that would start', async () => {
    const { post, file, restarts } = await home();
    await writeFile(file, 'version: 2\n');
    expect((await post('/api/setup/restart', {})).statusCode).toBe(422);
    expect(restarts).toEqual([]);
    await writeFile(file, CONFIG);
    expect((await post('/api/setup/restart', {})).statusCode).toBe(200);
    await expect.poll(() => restarts).toEqual(['begun']);
  });
});

describe('trying', () => {
  it('a camera tells its size and pace, and shows it only where frames may be shown', async () => {
    const hidden = await home();
    const trial = (await hidden.post('/api/setup/try-camera', { source: 'demo' })).json<TriedCamera>();
    expect(trial.width).toBeGreaterThan(100);
    expect(trial.fps).toBeGreaterThan(1);
    expect(trial.jpeg).toBeNull();
    const shown = await home(CONFIG, 'privacy: { frames: live }\n');
    const { jpeg } = (await shown.post('/api/setup/try-camera', { source: 'demo' })).json<TriedCamera>();
    expect(Buffer.from(jpeg!, 'base64').subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  });

  it('a camera that is not there is refused in words, without its password', async () => {
    const { post } = await home();
    const answer = await post('/api/setup/try-camera', {
      source: `http://u:hidden@127.0.0.1:${await freePort()}/x.jpg`,
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.json<{ error: string }>().error).not.toBe('');
    expect(answer.body).not.toContain('hidden');
    expect((await post('/api/setup/try-camera', { source: '/etc/passwd' })).statusCode).toBe(400);
  });

  it('a broker that is not there is told of', async () => {
    const { post } = await home();
    const url = `mqtt://127.0.0.1:${await freePort()}`;
    const finding = (await post('/api/setup/test-broker', { url, username: null })).json<FindingAnswer>();
    expect(finding).toMatchObject({ subject: 'broker', status: 'fault' });
  });

  it('lists the cameras of this machine', async () => {
    const { app } = await home();
    expect((await app.inject('/api/setup/cameras')).json()).toEqual({ cameras: expect.any(Array) as unknown });
  });
});

describeMosquitto('trying a real broker', () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    broker = await Mosquitto.start((folder) => [passwordFile(folder, 'me', 'hidden1')]);
  });
  afterAll(() => broker.remove());

  it.each([
    ['the name and password that it knows', { username: 'me', password: 'hidden1' }, 'ok', 'lets us in, with MQTT 5'],
    ['another password', { username: 'me', password: 'hidden2' }, 'fault', 'does not let us in'],
    ['nobody', { username: null }, 'fault', 'does not let us in'],
  ])('tells of %s', async (_, login, status, words) => {
    const { post } = await home();
    const answer = await post('/api/setup/test-broker', { url: broker.url, ...login });
    expect(answer.json<FindingAnswer>()).toMatchObject({ status, message: expect.stringContaining(words) as unknown });
    expect(answer.body).not.toMatch(/hidden\d/);
  });

  it('uses the password that is written where only the broker of the configuration is asked', async () => {
    const { post } = await home(CONFIG.replace('mqtt://127.0.0.1:1', broker.url));
    const ask = async (asked: object) => (await post('/api/setup/test-broker', asked)).json<FindingAnswer>();
    expect(await ask({})).toMatchObject({ status: 'ok' });
    // The same broker by another address: whoever typed it must type the password, too.
    expect(await ask({ url: broker.url.replace('127.0.0.1', 'localhost') })).toMatchObject({ status: 'fault' });
  });
});
