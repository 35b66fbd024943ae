import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';
import { startDaemon } from '../src/daemon.ts';
import { freePort } from './fakes/free-port.ts';
import { TopicRecorder } from './fakes/topic-recorder.ts';

it('shows on its page what it says over MQTT, and has one switch for both', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-page-'));
  const [port, webPort] = [await freePort(), await freePort()];
  const file = join(folder, 'moodstat.yaml');
  const sections = [`broker: { port: ${port} }`, `web: { port: ${webPort} }`, 'cameras: { living: { source: demo } }'];
  await writeFile(file, ['version: 1', ...sections, ''].join('\n'));
  await writeFile(join(folder, 'rules.yaml'), 'version: 1\nrules: []\n');
  const { config, rules } = await loadConfig(file, {});
  const log = pino({ level: 'silent' });
  const daemon = await startDaemon({ config, rules, log, version: '0-test', stateFile: join(folder, 'state.json') });
  onTestFinished(() => daemon.stop());
  const recorder = await TopicRecorder.listen(`mqtt://127.0.0.1:${port}`, 'home/emotion/#');
  onTestFinished(() => recorder.end());
  const url = `http://127.0.0.1:${webPort}`;
  const living = async () => {
    const state = (await (await fetch(`${url}/api/state`)).json()) as { cameras: { mood: unknown }[] };
    return state.cameras[0]!;
  };
  const said = ({ topic, payload }: { topic: string; payload: string }) =>
    topic === 'home/emotion/living' && payload.includes('"faces":1');

  await recorder.heard(said);
  const shown = JSON.stringify((await living()).mood);
  await recorder.heard(({ payload }) => payload === shown);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
    /moodstat_frame_latency_seconds_count\{camera="living"\} [1-9]/,
  );

  await fetch(`${url}/api/cameras/living/enabled`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"enabled":false}',
  });
  await recorder.heard(({ topic, payload }) => topic === 'home/emotion/living/enabled/state' && payload === 'OFF');
  expect(await living()).toMatchObject({ enabled: false, status: 'off', mood: null });
});
