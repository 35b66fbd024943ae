import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';
import { type Daemon, startDaemon } from '../src/daemon.ts';
import type { HistoryRecord } from '../src/history/history-record.ts';
import { readHistory } from '../src/history/read-history.ts';
import { EMOTIONS } from '../src/vision/emotion.ts';
import { freePort } from './fakes/free-port.ts';
import { type Recorded, TopicRecorder } from './fakes/topic-recorder.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Home {
  readonly url: string;
  readonly historyFile: string;
  readonly start: () => Promise<Daemon>;
}

/** A configuration with its rules in a folder of its own, on a broker of its own. */
async function home(cameras: string): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-home-'));
  const port = await freePort();
  await writeFile(
    join(folder, 'moodstat.yaml'),
    `version: 1\nbroker: { port: ${port} }\nweb: { enabled: false }\nrules: rules.yaml\nhistory: { enabled: true, file: moods.ndjson }\ncameras:\n${cameras}`,
  );
  await writeFile(
    join(folder, 'rules.yaml'),
    [
      'version: 1',
      'rules:',
      '  - id: happy-lamp',
      '    triggers: [{ trigger: mood, camera: living, to: happy }]',
      '    actions: [{ action: mqtt.publish, topic: lamp/set, payload: { state: "ON", mood: "{{ mood.mood }}" } }]',
    ].join('\n'),
  );
  return {
    url: `mqtt://127.0.0.1:${port}`,
    historyFile: join(folder, 'moods.ndjson'),
    async start() {
      const { config, rules, faults } = await loadConfig(join(folder, 'moodstat.yaml'), {});
      expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
      const options = {
        config,
        rules,
        log: pino({ level: 'silent' }),
        version: '0.0.0-test',
        stateFile: join(folder, 'state.json'),
      };
      const daemon = await startDaemon(options);
      closing.push(() => daemon.stop());
      return daemon;
    },
  };
}

async function listen(url: string, ...filters: string[]): Promise<TopicRecorder> {
  const recorder = await TopicRecorder.listen(url, ...filters);
  closing.push(() => recorder.end());
  return recorder;
}

function moodOf({ payload }: Recorded): Record<string, unknown> {
  return JSON.parse(payload) as Record<string, unknown>;
}

function isMood(topic: string, mood: string | null) {
  return (message: Recorded) => message.topic === topic && message.payload !== '' && moodOf(message)['mood'] === mood;
}

describe('the daemon', () => {
  it('goes all the way: demo clip → mood on its topic → rule → lamp', { timeout: 60_000 }, async () => {
    const { url, historyFile, start } = await home('  living: { source: demo, room: Living room }\n');
    const daemon = await start();
    const recorder = await listen(url, 'home/emotion/#', 'lamp/#');

    const happy = await recorder.heard(isMood('home/emotion/living', 'happy'));
    const lamp = await recorder.heard(({ topic }) => topic === 'lamp/set');
    expect(JSON.parse(lamp.payload)).toEqual({ state: 'ON', mood: 'happy' });
    await recorder.heard(isMood('home/emotion', 'happy'));

    const mood = moodOf(happy);
    expect(Object.keys(mood)).toEqual([
      'mood',
      'confidence',
      'valence',
      'arousal',
      'faces',
      'scores',
      'since',
      'at',
      'valid_until',
    ]);
    expect(mood).toMatchObject({ faces: 1 });
    expect(Object.keys(mood['scores'] as object)).toEqual([...EMOTIONS]);
    expect(Date.parse(mood['valid_until'] as string)).toBeGreaterThan(Date.parse(mood['at'] as string));

    const event = await recorder.heard(
      ({ topic, payload }) => topic === 'home/emotion/living/event' && payload.includes('"to":"happy"'),
    );
    expect(moodOf(event)).toMatchObject({ event_type: 'mood_changed', to: 'happy' });
    const trace = await recorder.heard(({ topic }) => topic === 'home/emotion/bridge/rule/happy-lamp');
    expect(moodOf(trace)).toMatchObject({ rule: 'happy-lamp', outcome: 'fired' });
    expect(recorder.messages.some(({ topic }) => /^home\/emotion\/living\/face\/\d+$/.test(topic))).toBe(true);

    const discovered = await listen(url, 'homeassistant/#');
    const { payload } = await discovered.heard(({ topic }) => topic === 'homeassistant/device/moodstat_living/config');
    expect(payload).toContain('"home/emotion/living"');

    // Who comes later finds the states, and none of the events.
    const states = [
      'home/emotion',
      'home/emotion/living',
      'home/emotion/living/availability',
      'home/emotion/living/enabled/state',
      'home/emotion/bridge/state',
      'home/emotion/bridge/info',
      'home/emotion/bridge/health',
    ];
    const late = await listen(url, 'home/emotion/#', 'lamp/#');
    for (const state of states) await late.heard(({ topic, retained }) => topic === state && retained);
    const kept = late.messages.filter(({ retained }) => retained).map(({ topic }) => topic);
    expect(new Set(kept)).toEqual(new Set(states));

    await daemon.stop();
    const history: HistoryRecord[] = [];
    for await (const record of readHistory(historyFile)) history.push(record);
    const happyAt = history.flatMap((record) =>
      record.type === 'mood' && record.update.mood.mood === 'happy' ? [[record.update.camera, record.update.room]] : [],
    );
    expect(new Set(happyAt.map((place) => place.join(' in '))).size).toBe(3);
    expect(happyAt).toContainEqual(['living', 'Living room']);
    expect(happyAt).toContainEqual([null, 'Living room']);
    expect(happyAt).toContainEqual([null, null]);
    expect(history).toContainEqual(expect.objectContaining({ type: 'rule', rule: 'happy-lamp', outcome: 'fired' }));
  });

  it('closes a camera that is switched off, and leaves it so after a restart', { timeout: 60_000 }, async () => {
    const { url, start } = await home('  living: { source: demo }\n');
    const first = await start();
    const recorder = await listen(url, 'home/emotion/#');
    const is = (topic: string, payload: string) => (message: Recorded) =>
      message.topic === `home/emotion/living/${topic}` && message.payload === payload;
    await recorder.heard(({ topic, payload }) => topic === 'home/emotion/living' && payload !== '');

    const off = recorder.next(is('enabled/state', 'OFF'));
    const gone = recorder.next(({ topic, payload }) => topic === 'home/emotion/living' && payload === '');
    const unavailable = recorder.next(is('availability', '{"state":"offline"}'));
    await recorder.client.publishAsync('home/emotion/living/enabled/set', 'OFF', { qos: 1 });
    await Promise.all([off, gone, unavailable]);

    await first.stop();
    const second = await start();
    const again = await listen(url, 'home/emotion/#');
    await again.heard(is('enabled/state', 'OFF'));
    expect(again.messages.some(({ topic }) => topic === 'home/emotion/living')).toBe(false);

    const on = again.next(({ topic, payload }) => topic === 'home/emotion/living' && payload !== '');
    await again.client.publishAsync('home/emotion/living/enabled/set', 'ON', { qos: 1 });
    await on;
    await second.stop();
  });

  it('takes moods back that went stale', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-pictures-'));
    const dark = { create: { width: 64, height: 48, channels: 3 as const, background: 'black' } };
    await sharp(dark).jpeg().toFile(join(folder, 'only.jpg'));
    const { url, start } = await home(
      `  living: { source: "${folder}", loop: false }\nmood: { valid_for: 1s, refresh_every: 500ms }\n`,
    );
    await start();
    const recorder = await listen(url, 'home/emotion/#');
    const emptied = ['home/emotion/living', 'home/emotion'].map((topic) =>
      recorder.heard((message) => message.topic === topic && message.payload === '' && !message.retained),
    );
    await Promise.all(emptied);
    const late = await listen(url, 'home/emotion/#');
    await late.heard(({ topic }) => topic === 'home/emotion/bridge/health');
    expect(late.messages.map(({ topic }) => topic)).not.toContain('home/emotion/living');
  });

  it('publishes its configuration without secrets', async () => {
    const { url, start } = await home(
      '  living: { source: demo }\n  door: { source: "rtsp://me:hidden1@127.0.0.1:9/user=a_password=hidden2", http: { headers: { X-Key: hidden3 } } }\n',
    );
    await start();
    const recorder = await listen(url, 'home/emotion/bridge/info');
    const { payload } = await recorder.heard(() => true);
    expect(payload).toContain('"door"');
    expect(payload).not.toMatch(/hidden\d/);
  });

  it('answers requests, with their transaction', async () => {
    const { url, start } = await home('  living: { source: demo }\n');
    await start();
    const recorder = await listen(url, 'home/emotion/bridge/#');
    await recorder.heard(({ topic }) => topic === 'home/emotion/bridge/info');
    const answer = recorder.next(({ topic }) => topic === 'home/emotion/bridge/response/health_check');
    await recorder.client.publishAsync('home/emotion/bridge/request/health_check', '{"transaction":"t1"}', { qos: 1 });
    expect(moodOf(await answer)).toMatchObject({ status: 'ok', transaction: 't1', data: { cameras: { living: {} } } });
    const refusal = recorder.next(({ topic }) => topic === 'home/emotion/bridge/response/dance');
    await recorder.client.publishAsync('home/emotion/bridge/request/dance', '', { qos: 1 });
    expect(moodOf(await refusal)).toMatchObject({ status: 'error' });
  });

  it('keeps a bad camera from disturbing a good one', { timeout: 60_000 }, async () => {
    const { url, start } = await home(
      [
        '  living: { source: demo }',
        '  broken: { source: /nowhere/clip.mp4 }',
        '  away: { source: "http://127.0.0.1:9/stream" }',
        '',
      ].join('\n'),
    );
    await start();
    const recorder = await listen(url, 'home/emotion/#');
    await recorder.heard(
      ({ topic, payload }) => topic === 'home/emotion/living/availability' && payload.includes('online'),
    );
    await recorder.heard(({ topic }) => topic === 'home/emotion/living');
    for (const name of ['broken', 'away'])
      await recorder.heard(
        ({ topic, payload }) => topic === `home/emotion/${name}/availability` && payload.includes('offline'),
      );
  });
});
