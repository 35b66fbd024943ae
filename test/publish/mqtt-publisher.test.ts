import { VirtualTimeScheduler } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { MqttPublisher } from '../../src/publish/mqtt-publisher.ts';
import type { MqttSettings } from '../../src/publish/mqtt-settings.ts';
import { REMOVE_RETAINED } from '../../src/publish/payload.ts';
import type { ConnectionState, IncomingMessage } from '../../src/publish/publisher.ts';
import { type FakeConnection, fakeConnections } from '../fakes/fake-connection.ts';
import { recordingLog } from '../fakes/recording-log.ts';

// One connection after another played by the test, in virtual time. Real brokers have tests of their own.

const SETTINGS: MqttSettings = {
  url: 'mqtt://fake',
  password: 'geheim',
  rejectUnauthorized: true,
  clientId: 'moodstat',
  baseTopic: 'home/emotion',
  protocol: 5,
  keepaliveS: 30,
};
const BRIDGE = 'home/emotion/bridge/state';

let scheduler: VirtualTimeScheduler;
let log: ReturnType<typeof recordingLog>;
let connections: ReturnType<typeof fakeConnections>;
let states: ConnectionState[];

beforeEach(() => {
  scheduler = new VirtualTimeScheduler();
  log = recordingLog();
  connections = fakeConnections();
  states = [];
});

function started(settings: Partial<MqttSettings> = {}): MqttPublisher {
  const publisher = new MqttPublisher(
    { ...SETTINGS, ...settings },
    { log, scheduler, open: connections.open, random: () => 1 },
  );
  publisher.connection$.subscribe((state) => states.push(state));
  publisher.start();
  return publisher;
}

function newest(): FakeConnection {
  return connections.attempts.at(-1)!;
}

/** Lets this much time pass, and no more. */
function pass(ms: number): void {
  scheduler.maxFrames = scheduler.frame + ms;
  // The scheduler stops at the last action it ran; this one takes it to the very end.
  scheduler.schedule(() => undefined, ms);
  scheduler.flush();
}

const payloads = (connection: FakeConnection, topic: string) =>
  connection.sent.filter((message) => message.topic === topic).map(({ payload }) => payload);

describe('connecting', () => {
  test('nothing happens before the start, and a second start changes nothing', () => {
    const publisher = new MqttPublisher(SETTINGS, { log, scheduler, open: connections.open });
    expect(connections.attempts).toHaveLength(0);
    publisher.start();
    publisher.start();
    expect(connections.attempts).toHaveLength(1);
    expect(newest().will).toEqual({ topic: BRIDGE, payload: '{"state":"offline"}' });
  });

  test('waits longer after each failure, up to half a minute, and logs a fault once', () => {
    started();
    const delaysMs: number[] = [];
    for (let i = 0; i < 9; i++) {
      newest().fail('refused');
      const state = states.at(-1)!;
      if (state.state !== 'offline') throw new Error(state.state);
      delaysMs.push(state.retryInMs);
      pass(state.retryInMs - 1);
      expect(connections.attempts).toHaveLength(i + 1);
      pass(1);
      expect(connections.attempts).toHaveLength(i + 2);
    }
    expect(delaysMs).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(log.at('warn')).toEqual(['mqtt://fake: refused']);
    newest().fail('auth');
    expect(log.at('warn')).toEqual(['mqtt://fake: refused', 'mqtt://fake: auth']);
  });

  test('a connection that held starts the delays afresh, one that broke at once does not', () => {
    started();
    newest().fail();
    pass(500);
    newest().accept();
    pass(9_999);
    newest().fail('closed');
    expect(states.at(-1)).toMatchObject({ state: 'offline', retryInMs: 1000 });
    pass(1000);
    newest().accept();
    pass(10_000);
    newest().fail('closed');
    expect(states.at(-1)).toMatchObject({ state: 'offline', retryInMs: 500 });
  });

  test('tells its states in order', () => {
    started();
    newest().fail('dns');
    pass(500);
    newest().accept();
    expect(states.map(({ state }) => state)).toEqual(['stopped', 'connecting', 'offline', 'connecting', 'online']);
    expect(states.at(-1)).toEqual({ state: 'online', protocol: 5 });
    expect(log.at('info')).toEqual(['connected to mqtt://fake with MQTT 5']);
  });

  test('connections that keep breaking soon after they were accepted are told apart from a restarting broker', () => {
    started();
    for (let i = 0; i < 6; i++) {
      newest().accept();
      newest().fail('closed', 'mqtt://fake: closed');
      pass(30_000);
    }
    expect(
      states.filter(({ state }) => state === 'offline').map((state) => 'error' in state && state.error.code),
    ).toEqual(['closed', 'closed', 'closed', 'taken-over', 'taken-over', 'taken-over']);
    expect(log.at('warn').slice(0, 3)).toEqual(Array(3).fill('mqtt://fake: closed'));
    expect(log.at('warn').slice(3)).toEqual([expect.stringContaining('mqtt.client_id')]);
    expect(log.at('info')).toHaveLength(4);
    newest().accept();
    pass(10_000);
    newest().fail('closed', 'mqtt://fake: closed');
    expect(log.at('warn').at(-1)).toBe('mqtt://fake: closed');
  });

  test('falls back to MQTT 3.1.1 at once, without a warning, and stays there', () => {
    const publisher = started({ protocol: 'auto' });
    newest().fail('protocol');
    pass(0);
    expect(connections.attempts.map(({ protocol }) => protocol)).toEqual([5, 4]);
    newest().accept();
    newest().fail('closed');
    pass(500);
    expect(newest().protocol).toBe(4);
    expect(log.at('warn')).toEqual(['mqtt://fake: closed']);
    newest().accept();
    expect(publisher.counters.reconnects).toBe(1);
  });
});

describe('states', () => {
  test('the birth comes last, retained and with QoS 1, so that it speaks for present states', () => {
    const publisher = started();
    publisher.publishState({ topic: 'home/emotion/a', payload: '1' });
    publisher.publishState({ topic: 'home/emotion/b', payload: '2' });
    newest().accept();
    expect(newest().sent).toEqual([
      { topic: 'home/emotion/a', payload: '1', qos: 1, retain: true },
      { topic: 'home/emotion/b', payload: '2', qos: 1, retain: true },
      { topic: BRIDGE, payload: '{"state":"online"}', qos: 1, retain: true },
    ]);
  });

  test('of those that wait for an acknowledgement only the newest goes out', () => {
    const publisher = started();
    newest().accept().answerAll();
    for (const payload of ['1', '2', '3', '4']) publisher.publishState({ topic: 't', payload });
    expect(payloads(newest(), 't')).toEqual(['1']);
    newest().answer();
    expect(payloads(newest(), 't')).toEqual(['1', '4']);
    newest().answer();
    expect(payloads(newest(), 't')).toEqual(['1', '4']);
  });

  test('not more are in flight than the broker takes', () => {
    const publisher = started();
    newest().accept({ receiveMaximum: 3 });
    for (let i = 0; i < 20; i++) publisher.publishState({ topic: `t${i}`, payload: 'x' });
    for (let answered = 0; answered < 21; answered++) {
      expect(newest().unanswered).toBeLessThanOrEqual(3);
      newest().answer();
    }
    expect(newest().sent).toHaveLength(21);
  });

  test('after a reconnect each topic has its newest state once more, none of the older ones', () => {
    const publisher = started();
    newest().accept();
    publisher.publishState({ topic: 't', payload: 'never acknowledged' });
    const first = newest();
    first.fail('closed');
    publisher.publishState({ topic: 't', payload: 'old' });
    publisher.publishState({ topic: 't', payload: 'new' });
    pass(500);
    newest().accept().answerAll();
    expect(newest().sent.map(({ topic, payload }) => [topic, payload])).toEqual([
      ['t', 'new'],
      [BRIDGE, '{"state":"online"}'],
    ]);
    // What the lost connection still reports changes nothing.
    first.answerAll();
    expect(newest().sent).toHaveLength(2);
  });

  test('a stale one is not published again, and one that will be carries how long it is true', () => {
    const publisher = started();
    newest().accept();
    publisher.publishState({ topic: 'mood', payload: 'soon stale', validUntilMs: scheduler.now() + 400 });
    publisher.publishState({ topic: 'other', payload: 'valid', validUntilMs: scheduler.now() + 2100 });
    expect(newest().sent.slice(-2)).toMatchObject([{ expiryS: 1 }, { expiryS: 3 }]);
    newest().fail('closed');
    pass(500);
    newest().accept();
    expect(newest().sent.map(({ topic, expiryS }) => [topic, expiryS])).toEqual([
      ['other', 2],
      [BRIDGE, undefined],
    ]);
    publisher.publishState({ topic: 'mood', payload: 'fresh', validUntilMs: scheduler.now() + 400 });
    expect(payloads(newest(), 'mood')).toEqual(['fresh']);
  });

  test('a removed one is forgotten once the broker knows, and not before', () => {
    const publisher = started();
    publisher.publishState({ topic: 't', payload: REMOVE_RETAINED });
    newest().accept();
    newest().fail('closed');
    pass(500);
    newest().accept().answerAll();
    expect(payloads(newest(), 't')).toEqual(['']);
    newest().fail('closed');
    pass(1000);
    newest().accept().answerAll();
    expect(payloads(newest(), 't')).toEqual([]);
  });

  test('one that the broker refuses is logged, and does not hold up the others', () => {
    const publisher = started();
    newest().accept({ receiveMaximum: 1 }).answerAll();
    publisher.publishState({ topic: 'forbidden', payload: '1' });
    publisher.publishState({ topic: 'allowed', payload: '2' });
    newest().answer(new Error('Publish error: Not authorized'));
    newest().answer();
    expect(payloads(newest(), 'allowed')).toEqual(['2']);
    expect(payloads(newest(), 'forbidden')).toEqual(['1']);
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { topic: 'forbidden' } });
  });
});

describe('events', () => {
  test('are sent while there is a connection, and dropped for ever while there is none', () => {
    const publisher = started();
    expect(publisher.send({ topic: 'e', payload: 'early' })).toBe('offline');
    newest().accept();
    expect(publisher.send({ topic: 'e', payload: 'now' })).toBe('sent');
    newest().fail('closed');
    expect(publisher.send({ topic: 'e', payload: 'between' })).toBe('offline');
    pass(500);
    newest().accept().answerAll();
    expect(connections.attempts.flatMap((connection) => payloads(connection, 'e'))).toEqual(['now']);
    expect(publisher.counters).toMatchObject({ dropped: 2 });
  });

  test('are not retained and have QoS 0 unless asked otherwise', () => {
    const publisher = started();
    newest().accept();
    publisher.send({ topic: 'e', payload: 'x' });
    publisher.send({ topic: 'e', payload: 'y', qos: 1, retain: true });
    expect(newest().sent.slice(-2)).toEqual([
      { topic: 'e', payload: 'x', qos: 0, retain: false },
      { topic: 'e', payload: 'y', qos: 1, retain: true },
    ]);
  });

  test('are dropped when the connection is clogged, so that they cannot fill the memory', () => {
    const publisher = started();
    newest().accept().answerAll();
    const outcomes = Array.from({ length: 300 }, () => publisher.send({ topic: 'e', payload: 'x' }));
    expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(256);
    expect(outcomes.at(-1)).toBe('congested');
    newest().answer();
    expect(publisher.send({ topic: 'e', payload: 'x' })).toBe('sent');
  });
});

describe('listening', () => {
  test('subscribes while somebody listens, again after a reconnect, and routes by filter', () => {
    const publisher = started();
    const heard: IncomingMessage[] = [];
    const one = publisher.listen('lamp/+').subscribe((message) => heard.push(message));
    const two = publisher.listen('lamp/+').subscribe();
    newest().accept();
    expect(newest().filters).toEqual(['lamp/+']);
    newest().fail('closed');
    pass(500);
    newest().accept();
    expect(newest().filters).toEqual(['lamp/+']);
    const message = { topic: 'lamp/1', payload: 'ON', retained: false, duplicate: false };
    newest().received$.next({ message });
    newest().received$.next({ message: { ...message, topic: 'other' } });
    expect(heard).toEqual([message]);
    one.unsubscribe();
    expect(newest().filters).toEqual(['lamp/+']);
    two.unsubscribe();
    expect(newest().filters).toEqual([]);
  });

  test('a message that the broker sends for each of two filters is heard once by each listener', () => {
    const publisher = started();
    const heard: string[] = [];
    publisher.listen('lamp/#').subscribe(() => heard.push('all'));
    publisher.listen('lamp/1').subscribe(() => heard.push('one'));
    newest().accept();
    const message = { topic: 'lamp/1', payload: 'ON', retained: false, duplicate: false };
    newest().received$.next({ message, ids: [1] });
    newest().received$.next({ message, ids: [2] });
    expect(heard).toEqual(['all', 'one']);
    newest().received$.next({ message, ids: [1, 2] });
    expect(heard).toEqual(['all', 'one', 'all', 'one']);
  });
});

describe('stop', () => {
  test('says offline for the bridge and for every camera, then goodbye, and nothing after it', async () => {
    const publisher = started();
    newest().accept();
    publisher.publishState({ topic: 'home/emotion/a/availability', payload: 'online', payloadAtStop: 'offline' });
    publisher.publishState({ topic: 'home/emotion/a', payload: 'mood' });
    newest().answerAll();
    const before = newest().sent.length;
    const stopped = publisher.stop();
    publisher.publishState({ topic: 'home/emotion/a', payload: 'too late' });
    expect(publisher.send({ topic: 'e', payload: 'too late' })).not.toBe('sent');
    expect(newest().ended).toBe(false);
    newest().answerAll();
    await stopped;
    expect(
      newest()
        .sent.slice(before)
        .map(({ topic, payload }) => [topic, payload]),
    ).toEqual([
      [BRIDGE, '{"state":"offline"}'],
      ['home/emotion/a/availability', 'offline'],
    ]);
    expect(newest()).toMatchObject({ ended: true, closed: true });
    expect(states.at(-1)).toEqual({ state: 'stopped' });
    pass(120_000);
    expect(connections.attempts).toHaveLength(1);
  });

  test('does not wait for states that went stale in the queue', async () => {
    const publisher = started();
    newest().accept({ receiveMaximum: 1 }).answerAll();
    publisher.publishState({ topic: 'a', payload: 'in flight' });
    publisher.publishState({ topic: 'z', payload: 'waits', validUntilMs: scheduler.now() + 100 });
    pass(100);
    const stopped = publisher.stop();
    newest().answerAll();
    await stopped;
    expect(newest().ended).toBe(true);
    expect(payloads(newest(), 'z')).toEqual([]);
  });

  test('gives a silent broker two seconds, then cuts the connection so that the last will speaks', async () => {
    const publisher = started();
    newest().accept().answerAll();
    const stopped = publisher.stop();
    pass(1999);
    expect(newest().closed).toBe(false);
    pass(1);
    await stopped;
    expect(newest()).toMatchObject({ ended: false, closed: true });
  });

  test.each([
    ['while connecting', () => undefined],
    [
      'while waiting to connect',
      () => {
        newest().fail();
      },
    ],
  ])('ends at once %s', async (_when, prepare) => {
    const publisher = started();
    prepare();
    await publisher.stop();
    await publisher.stop();
    pass(120_000);
    expect(connections.attempts).toHaveLength(1);
    expect(newest().closed).toBe(true);
  });

  test('ends when the connection is lost meanwhile', async () => {
    const publisher = started();
    newest().accept().answerAll();
    const stopped = publisher.stop();
    newest().fail('closed');
    await stopped;
    pass(120_000);
    expect(connections.attempts).toHaveLength(1);
  });
});
