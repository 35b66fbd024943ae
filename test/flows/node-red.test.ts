import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { type Daemon, startDaemon } from '../../src/daemon.ts';
import { TopicRecorder } from '../fakes/topic-recorder.ts';
import { describeDocker } from '../containers/docker.ts';
import { describeMosquitto } from '../publish/real-mosquitto.ts';
import { type HomeParts, containerParts, localParts } from './home-parts.ts';

const kinds = [
  ['containers', describeDocker, containerParts],
  ['processes of this machine', describeMosquitto, localParts],
] as const;

for (const [kind, describeKind, start] of kinds) {
  describeKind(`the shipped flows in Node-RED, with a real broker and the demo, as ${kind}`, () => {
    let parts: HomeParts;
    let recorder: TopicRecorder;
    let daemon: Daemon;
    let player: Server;
    const asked: Promise<string>[] = [];

    beforeAll(async () => {
      player = createServer((request, response) => {
        asked.push(
          (async () => {
            let body = '';
            for await (const chunk of request) body += String(chunk);
            return `${request.method} ${request.url} ${body}`;
          })(),
        );
        response.setHeader('content-type', 'application/json').end('{}');
      }).listen(0);
      await once(player, 'listening');
      parts = await start((player.address() as AddressInfo).port);
      recorder = await TopicRecorder.listen(parts.brokerUrl, 'zigbee2mqtt/#', 'home/emotion/#');
      const folder = await mkdtemp(join(tmpdir(), 'moodstat-flows-'));
      const file = join(folder, 'moodstat.yaml');
      await writeFile(file, `version: 1\nmqtt: { url: "${parts.brokerUrl}" }\ncameras:\n  living: { source: demo }\n`);
      const { config } = await loadConfig(file, {});
      const log = pino({ level: 'silent' });
      daemon = await startDaemon({
        config,
        rules: [],
        log,
        version: '0.0.0-test',
        stateFile: join(folder, 's.json'),
      });
    }, 120_000);

    afterAll(async () => {
      await daemon.stop();
      await recorder.end();
      await parts.remove();
      player.close();
    });

    it('are imported without a fault, and the palette is installed', async () => {
      const response = await fetch(`${parts.nodeRedUrl}/nodes`, { headers: { accept: 'application/json' } });
      const sets = (await response.json()) as { module: string; types: string[]; enabled: boolean; err?: string }[];
      const [ours] = sets.filter(({ module }) => module === '@moodstat/node-red-moodstat');
      expect(ours).toMatchObject({ types: ['mood', 'mood switch'], enabled: true });
      expect(ours).not.toHaveProperty('err');
      expect(parts.said()).not.toMatch(/missing node types|\[error\]|Error/i);
    });

    it('shows its help and its words in German, too', async () => {
      const get = async (path: string) =>
        (
          await fetch(`${parts.nodeRedUrl}${path}`, { headers: { 'accept-language': 'de', accept: 'text/html' } })
        ).text();
      expect(await get('/nodes')).toContain('andere Stimmung meldet');
      expect(await get('/nodes/messages?lng=de')).toContain('Stimmungsweiche');
    });

    it('move a lamp with the mood', { timeout: 60_000 }, async () => {
      const { payload } = await recorder.heard(({ topic }) => topic === 'zigbee2mqtt/lamp/set');
      const light = JSON.parse(payload) as { state: string; brightness: number; color_temp: number };
      expect(light).toMatchObject({ state: 'ON', transition: 2 });
      expect(light.brightness).toBeGreaterThanOrEqual(80);
      expect(light.brightness).toBeLessThanOrEqual(254);
      expect(light.color_temp).toBeGreaterThanOrEqual(200);
      expect(light.color_temp).toBeLessThanOrEqual(400);
    });

    it('ask the player for a playlist when the mood changes', { timeout: 60_000 }, async () => {
      if (asked.length === 0) await once(player, 'request');
      expect(await asked[0]).toMatch(/^POST \/play \{"playlist":"(?:upbeat|comfort|calm)"\}$/);
    });

    it('show a tile with the mood now', { timeout: 60_000 }, async () => {
      const told = await recorder.heard(({ topic, payload }) => topic === 'home/emotion' && payload !== '');
      expect(told.payload).toContain('"mood"');
      const page = await (await fetch(`${parts.nodeRedUrl}/mood`)).text();
      expect(page).toMatch(/<h1>(?:angry|disgust|fear|happy|sad|surprise|neutral|uncertain|nobody)<\/h1>/);
    });

    it('wind the evening down when the lamp is on', { timeout: 60_000 }, async () => {
      await recorder.client.publishAsync('zigbee2mqtt/lamp', '{"state":"ON"}', { qos: 1 });
      const dimmed = recorder.next(
        ({ topic, payload }) => topic === 'zigbee2mqtt/lamp/set' && payload.includes(':60}'),
      );
      const again = setInterval(() => void fetch(`${parts.nodeRedUrl}/inject/evening-clock`, { method: 'POST' }), 200);
      const { payload } = await dimmed;
      clearInterval(again);
      const { brightness, color_temp: colorTemp } = JSON.parse(payload) as { brightness: number; color_temp: number };
      expect(brightness).toBeGreaterThanOrEqual(30);
      expect(brightness).toBeLessThanOrEqual(160);
      expect(colorTemp).toBeGreaterThanOrEqual(350);
    });
  });
}
