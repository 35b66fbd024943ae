import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';
import { startDaemon } from '../src/daemon.ts';
import { CameraServer, jpeg, streamMjpeg } from './capture/camera-server.ts';
import { HAS_FFMPEG, makeClip, notingFfmpeg } from './capture/real-ffmpeg.ts';
import { type Recorded, TopicRecorder } from './fakes/topic-recorder.ts';
import { describeMosquitto, Mosquitto } from './publish/real-mosquitto.ts';

const ROUNDS = 20;
const CAMERAS = ['demo', 'clip', 'stream'];

interface Act extends Recorded {
  /** How old the mood was that made the rule act. */
  readonly ageMs: number;
}

describeMosquitto('the daemon, when everything around it is killed again and again', () => {
  it.skipIf(!HAS_FFMPEG)(
    `goes on through ${ROUNDS} deaths of ffmpeg, the HTTP camera and the broker`,
    { timeout: 180_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'moodstat-outages-'));
      const mosquitto = await Mosquitto.start();
      const picture = await jpeg(320, 240);
      const server = await new CameraServer((_, response) => {
        streamMjpeg(response, picture, 10);
      }).start();
      const ffmpeg = await notingFfmpeg(folder);
      await writeFile(
        join(folder, 'moodstat.yaml'),
        [
          'version: 1',
          `mqtt: { url: "${mosquitto.url}" }`,
          'rules: rules.yaml',
          'cameras:',
          '  demo: { source: demo }',
          `  clip: { source: "${await makeClip(join(folder, 'clip.mkv'), 10)}", ffmpeg: { path: "${ffmpeg.path}" } }`,
          `  stream: { source: "${server.url()}" }`,
        ].join('\n'),
      );
      await writeFile(
        join(folder, 'rules.yaml'),
        [
          'version: 1',
          'rules:',
          '  - id: any-mood',
          '    triggers: [{ trigger: mood, camera: demo }]',
          '    actions: [{ action: mqtt.publish, topic: lamp/set, payload: "{{ rule }} {{ mood.at }}" }]',
          '  - id: somebody',
          '    triggers: [{ trigger: numeric, camera: demo, attribute: people, above: 0.5 }]',
          '    actions: [{ action: mqtt.publish, topic: lamp/set, payload: "{{ rule }} {{ mood.at }}" }]',
        ].join('\n'),
      );
      const { config, rules } = await loadConfig(join(folder, 'moodstat.yaml'), {});
      expect(rules).toHaveLength(2);
      const acts: Act[] = [];
      const recorder = await TopicRecorder.listen(mosquitto.url, 'lamp/set', 'home/emotion/#');
      recorder.client.on('message', (topic: string, payload: Buffer, packet) => {
        if (topic !== 'lamp/set') return;
        const text = payload.toString();
        acts.push({
          topic,
          payload: text,
          retained: packet.retain,
          ageMs: Date.now() - Date.parse(text.split(' ')[1]!),
        });
      });
      const daemon = await startDaemon({
        config,
        rules,
        log: pino({ level: 'silent' }),
        version: '0.0.0-test',
        stateFile: join(folder, 'state.json'),
        backoff: { firstMs: 20, maxMs: 200, stableMs: 1000 },
      });
      const isOnline =
        (name: string) =>
        ({ topic, payload }: Recorded) =>
          topic === `home/emotion/${name}/availability` && payload === '{"state":"online"}';
      const isMoodAfter =
        (ms: number) =>
        ({ topic, payload }: Recorded) =>
          topic === 'home/emotion/demo' && Date.parse((JSON.parse(payload) as { at: string }).at) > ms;

      for (const name of CAMERAS) await recorder.heard(isOnline(name));
      for (let round = 0; round < ROUNDS; round++) {
        const back = ['clip', 'stream'].map((name) => recorder.next(isOnline(name)));
        const pid = (await ffmpeg.pids()).at(-1)!;
        process.kill(pid, 'SIGKILL');
        server.cut();
        await Promise.all(back);
        await mosquitto.kill();
        const killedMs = Date.now();
        const told = recorder.next(isMoodAfter(killedMs));
        await mosquitto.start();
        await told;
      }

      const lastMs = Date.now();
      const late = await TopicRecorder.listen(mosquitto.url, 'home/emotion/#', 'lamp/set');
      for (const name of CAMERAS) await late.heard(isOnline(name));
      await late.heard(
        ({ topic, payload }) => topic === 'home/emotion/bridge/state' && payload === '{"state":"online"}',
      );
      await late.heard(isMoodAfter(lastMs));

      // No rule acted on something old, and none acted twice on the same thing.
      expect(acts.length).toBeGreaterThan(0);
      expect(acts.filter(({ retained }) => retained)).toEqual([]);
      expect(Math.max(...acts.map(({ ageMs }) => ageMs))).toBeLessThan(3000);
      expect(new Set(acts.map(({ payload }) => payload)).size).toBe(acts.length);
      // Who comes late hears of no act from before, though perhaps of one that happens now.
      const old = late.messages.filter(
        ({ topic, payload }) => topic === 'lamp/set' && Date.parse(payload.split(' ')[1]!) < lastMs - 3000,
      );
      expect(old).toEqual([]);

      await daemon.stop();
      await recorder.end();
      await late.end();
      await server.stop();
      await mosquitto.remove();
    },
  );
});
