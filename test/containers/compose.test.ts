import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../fakes/free-port.ts';
import { type Recorded, TopicRecorder } from '../fakes/topic-recorder.ts';
import { COMPOSE, describeDocker } from './docker.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROJECT = `moodstat-test-${process.pid}`;
const BUILD_MS = 900_000;

/** Builds reach the network the way this machine does, wherever that is needed. */
const OVERRIDE = 'services: { moodstat: { build: { network: host } } }\n';

function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function moodOf({ payload }: Recorded): { mood?: string; at: string } {
  return JSON.parse(payload) as { mood?: string; at: string };
}

describeDocker('docker-compose.yml, from the build to the lamp', () => {
  const passwords = {
    MOODSTAT_MQTT_PASSWORD: `p1-${Math.random()}`,
    NODE_RED_MQTT_PASSWORD: `p2 $ ${Math.random()}`,
    MOODSTAT_WEB_PASSWORD: `p3-${Math.random()}`,
  };
  let env: NodeJS.ProcessEnv;
  let override: string;
  let recorder: TopicRecorder;
  let port: number;
  let nodeRed: string;
  let page: string;

  const compose = async (...args: string[]): Promise<string> => {
    const [program, ...first] = COMPOSE;
    const files = ['--project-name', PROJECT, '-f', join(ROOT, 'docker-compose.yml'), '-f', override];
    const { stdout } = await promisify(execFile)(program, [...first, ...files, ...args], { cwd: ROOT, env });
    return stdout.trim();
  };
  const containerOf = (service: string) => compose('ps', '-q', service);
  const listen = () =>
    TopicRecorder.listen(
      `mqtt://moodstat:${encodeURIComponent(passwords.MOODSTAT_MQTT_PASSWORD)}@127.0.0.1:${port}`,
      'home/emotion/#',
      'zigbee2mqtt/#',
    );

  beforeAll(async () => {
    override = join(await mkdtemp(join(tmpdir(), 'moodstat-compose-')), 'override.yml');
    await writeFile(override, OVERRIDE);
    port = await freePort();
    const nodeRedPort = await freePort();
    nodeRed = `http://127.0.0.1:${nodeRedPort}`;
    const webPort = await freePort();
    page = `http://127.0.0.1:${webPort}`;
    env = {
      ...process.env,
      ...passwords,
      MQTT_PORT: String(port),
      NODE_RED_PORT: String(nodeRedPort),
      WEB_PORT: String(webPort),
      DOCKER_BUILDKIT: '0',
    };
    await compose('build');
    await compose('up', '-d');
    recorder = await listen();
  }, BUILD_MS);

  afterAll(async () => {
    await recorder.end();
    await compose('down', '--volumes');
  }, 120_000);

  it('brings the mood of the demo clip to Node-RED, and its flow moves the lamp', { timeout: 180_000 }, async () => {
    const happy = await recorder.heard(
      (message) =>
        message.topic === 'home/emotion/living' && message.payload !== '' && moodOf(message).mood === 'happy',
    );
    const lamp = await recorder.heard(({ topic }) => topic === 'zigbee2mqtt/lamp/set');
    await expect
      .poll(async () => (await fetch(`${nodeRed}/mood`)).text(), { timeout: 60_000 })
      .toContain('<h1>happy</h1>');
    const sets = (await (await fetch(`${nodeRed}/nodes`, { headers: { accept: 'application/json' } })).json()) as {
      module: string;
    }[];
    expect(sets.map(({ module }) => module)).toContain('@moodstat/node-red-moodstat');
    console.log(`compose: ${happy.topic} ${happy.payload}`);
    console.log(`compose: Node-RED shows happy at ${nodeRed}/mood`);
    console.log(`compose: ${lamp.topic} ${lamp.payload}`);
  });

  it('lets nobody in without an account', async () => {
    const options = { reconnectPeriod: 0, connectTimeout: 5000 };
    await expect(mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, options)).rejects.toThrow(/not authorized/i);
  });

  it('shows its page to who knows the password', async () => {
    expect((await fetch(`${page}/healthz`)).status).toBe(200);
    expect((await fetch(`${page}/api/state`)).status).toBe(401);
    const headers = { authorization: `Bearer ${passwords.MOODSTAT_WEB_PASSWORD}` };
    expect(await (await fetch(`${page}/api/state`, { headers })).json()).toMatchObject({ broker: { connected: true } });
  });

  it('is healthy, runs without rights, and keeps no secret in its image', { timeout: 120_000 }, async () => {
    const id = await containerOf('moodstat');
    await expect
      .poll(() => docker('inspect', '-f', '{{.State.Health.Status}}', id), { timeout: 100_000, interval: 500 })
      .toBe('healthy');
    expect(docker('inspect', '-f', '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}', id)).toBe(
      'node true [ALL]',
    );
    expect(spawnSync('docker', ['exec', id, 'touch', '/app/x']).status).not.toBe(0);
    expect(docker('exec', id, 'ffmpeg', '-hide_banner', '-version')).toMatch(/^ffmpeg version/);
    const history = docker('history', '--no-trunc', 'moodstat') + docker('inspect', 'moodstat');
    for (const password of Object.values(passwords)) expect(history).not.toContain(password);
  });

  it('leaves a camera off after a restart, and starts soon and small', { timeout: 120_000 }, async () => {
    const id = await containerOf('moodstat');
    const state = (message: Recorded) => message.topic === 'home/emotion/living/enabled/state';
    const set = (payload: string) =>
      recorder.client.publishAsync('home/emotion/living/enabled/set', payload, { qos: 1 });
    const off = recorder.next((message) => state(message) && message.payload === 'OFF');
    await set('OFF');
    await off;
    const online = recorder.next(
      ({ topic, payload }) => topic === 'home/emotion/bridge/state' && payload.includes('online'),
    );
    docker('restart', id);
    await online;
    const late = await listen();
    expect((await late.heard(state)).payload).toBe('OFF');
    await late.end();

    const mood = recorder.next(({ topic, payload }) => topic === 'home/emotion/living' && payload !== '');
    await set('ON');
    await mood;
    const startedMs = Date.parse(docker('inspect', '-f', '{{.State.StartedAt}}', id));
    const info = await recorder.heard(({ topic, payload }) => topic === 'home/emotion/bridge/info' && payload !== '');
    expect(info.payload).toContain('"living"');
    const again = recorder.next(({ topic, payload }) => topic === 'home/emotion/living' && payload !== '');
    docker('restart', id);
    const firstMs = Date.parse(moodOf(await again).at);
    const restartedMs = Date.parse(docker('inspect', '-f', '{{.State.StartedAt}}', id));
    expect(restartedMs).toBeGreaterThan(startedMs);
    const bytes = Number(docker('image', 'inspect', '-f', '{{.Size}}', 'moodstat'));
    const memory = docker('stats', '--no-stream', '--format', '{{.MemUsage}}', id);
    console.log(
      `compose: image ${Math.round(bytes / 1e6)} MB; first mood ${((firstMs - restartedMs) / 1000).toFixed(1)} s after the start; memory ${memory}`,
    );
  });

  it('says offline and ends with 0 when it is stopped', { timeout: 60_000 }, async () => {
    const id = await containerOf('moodstat');
    const offline = recorder.next(
      ({ topic, payload }) => topic === 'home/emotion/bridge/state' && payload.includes('offline'),
    );
    await compose('stop', 'moodstat');
    await offline;
    expect(docker('inspect', '-f', '{{.State.ExitCode}}', id)).toBe('0');
  });
});
