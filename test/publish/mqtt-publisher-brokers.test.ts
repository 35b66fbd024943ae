import { type SchedulerLike, asyncScheduler, firstValueFrom, filter } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddedBroker, type EmbeddedBroker } from '../../src/publish/embedded-broker.ts';
import { MqttPublisher } from '../../src/publish/mqtt-publisher.ts';
import type { MqttSettings } from '../../src/publish/mqtt-settings.ts';
import type { ConnectionState, IncomingMessage } from '../../src/publish/publisher.ts';
import { recordingLog } from '../fakes/recording-log.ts';
import { Cable } from './cable.ts';
import { freePort } from '../fakes/free-port.ts';
import { Mosquitto, describeMosquitto } from './real-mosquitto.ts';
import { Watcher, retainedAt } from './watcher.ts';

// The publisher against the two brokers it meets at people's homes, with real sockets, cut cables and killed brokers.

const BRIDGE = 'home/emotion/bridge/state';
const ONLINE = '{"state":"online"}';
const OFFLINE = '{"state":"offline"}';

interface Broker {
  readonly port: number;
  /** Ends it at once, without a word to its clients. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** The embedded broker; it forgets everything at each start. */
async function embedded(): Promise<Broker> {
  const port = await freePort();
  let broker: EmbeddedBroker = await startEmbeddedBroker({ host: '127.0.0.1', port });
  return {
    port,
    kill: () => broker.stop(),
    start: async () => {
      broker = await startEmbeddedBroker({ host: '127.0.0.1', port });
    },
    remove: () => broker.stop(),
  };
}

/** A clock that tests can put forward; delays go on in real time. */
function adjustableClock(): { scheduler: SchedulerLike; ahead: (ms: number) => void } {
  let aheadMs = 0;
  return {
    ahead: (ms) => (aheadMs += ms),
    scheduler: {
      now: () => asyncScheduler.now() + aheadMs,
      schedule: asyncScheduler.schedule.bind(asyncScheduler),
    },
  };
}

const opened: { remove?: () => Promise<unknown>; stop?: () => Promise<unknown>; close?: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await (one.stop ?? one.close ?? one.remove)?.call(one);
});
function later<T extends (typeof opened)[number]>(one: T): T {
  opened.push(one);
  return one;
}

function publisherAt(url: string, settings: Partial<MqttSettings> = {}, scheduler: SchedulerLike = asyncScheduler) {
  const log = recordingLog();
  const publisher = new MqttPublisher(
    {
      url,
      rejectUnauthorized: true,
      clientId: 'moodstat-test',
      baseTopic: 'home/emotion',
      protocol: 'auto',
      keepaliveS: 30,
      ...settings,
    },
    { log, scheduler, backoff: { firstMs: 10, maxMs: 40, stableMs: 10_000 } },
  );
  return Object.assign(later(publisher), { log });
}

function becomes<S extends ConnectionState['state']>(publisher: MqttPublisher, wanted: S) {
  return firstValueFrom(
    publisher.connection$.pipe(filter((state): state is ConnectionState & { state: S } => state.state === wanted)),
  );
}

const brokers = [
  ['the embedded broker', describe, 4, embedded],
  ['Mosquitto', describeMosquitto, 5, () => Mosquitto.start()],
] as const;

for (const [name, describeBroker, protocol, startBroker] of brokers) {
  describeBroker(`with ${name}`, () => {
    let broker: Broker;
    let watcher: Watcher;

    beforeEach(async () => {
      broker = later(await startBroker());
      watcher = later(await Watcher.at(broker.port));
    });

    test(`speaks MQTT ${protocol === 5 ? '5' : '3.1.1'}, and is born retained`, async () => {
      const publisher = publisherAt(`mqtt://127.0.0.1:${broker.port}`);
      publisher.start();
      expect(await becomes(publisher, 'online')).toMatchObject({ protocol });
      expect(await watcher.sees(BRIDGE, ONLINE)).toMatchObject({ qos: 1, retained: false });
      expect(await retainedAt(broker.port)).toEqual(new Map([[BRIDGE, ONLINE]]));
      expect(publisher.log.at('warn')).toEqual([]);
    });

    test('leaves its last will when its connection is cut, and is born again', async () => {
      const cable = later(await Cable.to(broker.port));
      publisherAt(cable.url).start();
      await watcher.sees(BRIDGE, ONLINE);
      cable.cut();
      await watcher.until((seen) => seen.filter(({ payload }) => payload === ONLINE).length === 2);
      expect(watcher.payloads(BRIDGE)).toEqual([ONLINE, OFFLINE, ONLINE]);
    });

    test('says offline for itself and its cameras when it stops, once each', async () => {
      const publisher = publisherAt(`mqtt://127.0.0.1:${broker.port}`);
      const availability = 'home/emotion/living/availability';
      publisher.publishState({ topic: availability, payload: ONLINE, payloadAtStop: OFFLINE });
      publisher.start();
      await watcher.sees(BRIDGE, ONLINE);
      await publisher.stop();
      await watcher.sees(availability, OFFLINE);
      expect(Object.fromEntries(await retainedAt(broker.port))).toEqual({ [BRIDGE]: OFFLINE, [availability]: OFFLINE });
      expect(watcher.payloads(BRIDGE)).toEqual([ONLINE, OFFLINE]);
    });

    test('never sends again what was in flight when the connection broke', async () => {
      const clock = adjustableClock();
      const cable = later(await Cable.to(broker.port));
      const publisher = publisherAt(cable.url, {}, clock.scheduler);
      publisher.start();
      await watcher.sees(BRIDGE, ONLINE);
      cable.mute();
      // All of these arrive, but no acknowledgement comes back: mqtt.js by itself would repeat them.
      publisher.publishState({ topic: 'mood/replaced', payload: 'old' });
      publisher.publishState({ topic: 'mood/stale', payload: 'stale', validUntilMs: clock.scheduler.now() + 5000 });
      publisher.send({ topic: 'event', payload: 'once', qos: 1 });
      await watcher.sees('event');
      publisher.publishState({ topic: 'mood/replaced', payload: 'new' });
      clock.ahead(5000);
      watcher.forget();
      const offline = becomes(publisher, 'offline');
      cable.cut();
      await offline;
      publisher.send({ topic: 'event', payload: 'while offline', qos: 1 });
      await watcher.sees(BRIDGE, ONLINE);
      publisher.send({ topic: 'event', payload: 'afterwards', qos: 1 });
      await watcher.sees('event', 'afterwards');
      expect(watcher.payloads('mood/replaced')).toEqual(['new']);
      expect(watcher.payloads('mood/stale')).toEqual([]);
      expect(watcher.payloads('event')).toEqual(['afterwards']);
    });

    test('hears what it listens to, knows what is old, and hears on after a reconnect', async () => {
      await watcher.client.publishAsync('lamp/state', 'old', { retain: true, qos: 1 });
      const cable = later(await Cable.to(broker.port));
      const publisher = publisherAt(cable.url);
      const heard: IncomingMessage[] = [];
      const hears = (count: number) =>
        new Promise<void>((resolve) => {
          publisher.listen('lamp/+').subscribe((message) => {
            heard.push(message);
            if (heard.length === count) resolve();
          });
        });
      const first = hears(2);
      publisher.start();
      await watcher.sees(BRIDGE, ONLINE);
      await watcher.client.publishAsync('lamp/state', 'now', { qos: 1 });
      await first;
      expect(heard.map(({ payload, retained }) => [payload, retained])).toEqual([
        ['old', true],
        ['now', false],
      ]);
      watcher.forget();
      cable.cut();
      await watcher.sees(BRIDGE, ONLINE);
      await watcher.client.publishAsync('lamp/state', 'again', { qos: 1 });
      await firstValueFrom(publisher.listen('lamp/state').pipe(filter(({ payload }) => payload === 'old')));
      expect(heard.slice(2).map(({ payload, retained }) => [payload, retained])).toEqual(
        expect.arrayContaining([
          ['old', true],
          ['again', false],
        ]),
      );
    });

    test('takes a retained topic off the broker', async () => {
      await watcher.client.publishAsync('home/emotion/gone', 'x', { retain: true, qos: 1 });
      const publisher = publisherAt(`mqtt://127.0.0.1:${broker.port}`);
      publisher.publishState({ topic: 'home/emotion/gone', payload: '' });
      publisher.start();
      await watcher.sees(BRIDGE, ONLINE);
      expect([...(await retainedAt(broker.port)).keys()]).toEqual([BRIDGE]);
    });

    test('gets more states out at once than a broker takes unacknowledged', async () => {
      const publisher = publisherAt(`mqtt://127.0.0.1:${broker.port}`);
      for (let i = 0; i < 100; i++) publisher.publishState({ topic: `many/${i}`, payload: `${i}` });
      publisher.start();
      await watcher.until((seen) => seen.length === 101);
      expect((await retainedAt(broker.port, 'many/#')).size).toBe(100);
      expect(publisher.counters).toMatchObject({ reconnects: 0, sent: 101 });
    });

    test(
      'survives twenty killed brokers: last state right, no event twice, nothing stale',
      { timeout: 60_000 },
      async () => {
        const clock = adjustableClock();
        const publisher = publisherAt(`mqtt://127.0.0.1:${broker.port}`, {}, clock.scheduler);
        publisher.start();
        await watcher.sees(BRIDGE, ONLINE);
        let mood = 0;
        let event = 0;
        const handedOver = new Set<string>();
        const burst = () => {
          for (let i = 0; i < 3; i++) {
            publisher.publishState({ topic: 'mood', payload: `${++mood}` });
            if (publisher.send({ topic: 'event', payload: `${++event}`, qos: 1 }) === 'sent')
              handedOver.add(`${event}`);
          }
        };
        for (let round = 0; round < 20; round++) {
          publisher.publishState({ topic: 'stale', payload: `${round}`, validUntilMs: clock.scheduler.now() + 60_000 });
          await watcher.sees('stale', `${round}`);
          burst();
          const offline = becomes(publisher, 'offline');
          await broker.kill();
          await offline;
          burst();
          clock.ahead(60_000);
          const from = watcher.seen.length;
          await broker.start();
          await watcher.until((seen) =>
            seen.slice(from).some((one) => one.topic === 'mood' && one.payload === `${mood}`),
          );
          // Nothing that was stale came from us again: what the broker itself kept is marked as retained.
          const repeated = watcher.seen.slice(from).filter(({ topic, retained }) => topic === 'stale' && !retained);
          expect(repeated).toEqual([]);
          await watcher.sees('event', await liveEvent());
        }

        async function liveEvent(): Promise<string> {
          await becomes(publisher, 'online');
          const payload = `live ${++event}`;
          expect(publisher.send({ topic: 'event', payload, qos: 1 })).toBe('sent');
          return payload;
        }

        expect((await retainedAt(broker.port)).get('mood')).toBe(`${mood}`);
        expect((await retainedAt(broker.port)).get(BRIDGE)).toBe(ONLINE);
        const events = watcher.payloads('event');
        expect(new Set(events).size).toBe(events.length);
        for (const payload of events) expect(payload.startsWith('live') || handedOver.has(payload)).toBe(true);
        // Live, each mood was newer than the one before it.
        const live = watcher.seen.filter(({ topic, retained }) => topic === 'mood' && !retained);
        const numbers = live.map(({ payload }) => Number(payload));
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(publisher.counters.reconnects).toBe(20);
      },
    );
  });
}

describeMosquitto('with MQTT 5', () => {
  test('a mood tells how long it holds, and whose it is', async () => {
    const broker = later(await Mosquitto.start());
    const watcher = later(await Watcher.at(broker.port, 5));
    const publisher = publisherAt(broker.url);
    publisher.publishState({ topic: 'mood', payload: 'x', validUntilMs: Date.now() + 15_000 });
    publisher.start();
    const mood = await watcher.sees('mood');
    expect(mood.expiryS).toBeGreaterThan(10);
    expect(mood.expiryS).toBeLessThanOrEqual(15);
    expect(mood.source).toBe('moodstat-test');
    expect((await watcher.sees(BRIDGE)).expiryS).toBeUndefined();
  });

  test('a message that two filters match is heard once by each listener', async () => {
    const broker = later(await Mosquitto.start());
    const watcher = later(await Watcher.at(broker.port));
    const publisher = publisherAt(broker.url);
    const heard: string[] = [];
    publisher.listen('lamp/#').subscribe(({ payload }) => heard.push(`# ${payload}`));
    publisher.listen('lamp/+').subscribe(({ payload }) => heard.push(`+ ${payload}`));
    const end = firstValueFrom(publisher.listen('end'));
    publisher.start();
    await watcher.sees(BRIDGE, ONLINE);
    await watcher.client.publishAsync('lamp/1', 'on', { qos: 1 });
    await watcher.client.publishAsync('end', '', { qos: 1 });
    await end;
    expect(heard.sort()).toEqual(['# on', '+ on']);
  });

  test('two with one client id are told what keeps throwing them out', async () => {
    const broker = later(await Mosquitto.start());
    const both = [publisherAt(broker.url), publisherAt(broker.url)];
    for (const publisher of both) publisher.start();
    const told = both.map((publisher) =>
      firstValueFrom(
        publisher.connection$.pipe(filter((state) => state.state === 'offline' && state.error.code === 'taken-over')),
      ),
    );
    const state = await Promise.race(told);
    expect(state.state === 'offline' && state.error.message).toContain('mqtt.client_id');
  });
});
