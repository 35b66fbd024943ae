import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';
import { startDaemon } from '../src/daemon.ts';
import { TopicRecorder } from './fakes/topic-recorder.ts';
import { Mosquitto, describeMosquitto } from './publish/real-mosquitto.ts';
import { retainedAt } from './publish/watcher.ts';

describeMosquitto('a camera that is renamed', () => {
  it.each([
    ['', []],
    [', its discovery lost', ['homeassistant/device/moodstat_living/config']],
  ])('leaves nothing on the broker%s', { timeout: 60_000 }, async (_, lost) => {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-renamed-'));
    const mosquitto = await Mosquitto.start();
    const file = join(folder, 'moodstat.yaml');
    const start = async (name: string) => {
      await writeFile(file, `version: 1\nmqtt: { url: "${mosquitto.url}" }\ncameras:\n  ${name}: { source: demo }\n`);
      const { config, rules } = await loadConfig(file, {});
      const log = pino({ level: 'silent' });
      return startDaemon({ config, rules, log, version: '0.0.0-test', stateFile: join(folder, 'state.json') });
    };
    const recorder = await TopicRecorder.listen(mosquitto.url, 'home/emotion/#');

    const before = await start('living');
    await recorder.heard(({ topic, payload }) => topic === 'home/emotion/living' && payload !== '');
    await before.stop();
    for (const topic of lost) await recorder.client.publishAsync(topic, '', { retain: true, qos: 1 });
    expect([...(await retainedAt(mosquitto.port)).keys()].some((topic) => topic.includes('living'))).toBe(true);

    const after = await start('lounge');
    await recorder.heard(({ topic, payload }) => topic === 'home/emotion/lounge' && payload !== '');
    const keptOf = async (camera: string): Promise<string[]> =>
      [...(await retainedAt(mosquitto.port)).keys()].filter((topic) => topic.includes(camera));
    // What an earlier run told Home Assistant is heard from the broker first.
    await expect.poll(() => keptOf('living'), { timeout: 20_000 }).toEqual([]);
    await after.stop();
    expect(await keptOf('living')).toEqual([]);
    expect(await keptOf('lounge')).toContain('homeassistant/device/moodstat_lounge/config');
    await recorder.end();
    await mosquitto.remove();
  });
});
