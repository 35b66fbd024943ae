import { connect as connectSocket, Socket } from 'node:net';
import { once } from 'node:events';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../src/publish/broker-error.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/publish/embedded-broker.ts';
import { openMqttConnection } from '../../src/publish/mqtt-connection.ts';
import { recordingLog } from '../fakes/recording-log.ts';
import { Watcher, retainedAt } from './watcher.ts';

const opened: { stop?: () => Promise<void>; close?: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await (one.stop ?? one.close)?.call(one);
});
function later<T extends (typeof opened)[number]>(one: T): T {
  opened.push(one);
  return one;
}

async function broker(): Promise<EmbeddedBroker> {
  return later(await startEmbeddedBroker({ host: '127.0.0.1', port: 0 }));
}

describe('startEmbeddedBroker', () => {
  test('says where it listens', async () => {
    const { url, port } = await broker();
    expect(url).toBe(`mqtt://127.0.0.1:${port}`);
    expect(port).toBeGreaterThan(0);
  });

  test('carries messages and keeps what is retained', async () => {
    const { port } = await broker();
    const watcher = later(await Watcher.at(port));
    await watcher.client.publishAsync('a/b', 'x', { qos: 1, retain: true });
    await watcher.sees('a/b', 'x');
    expect(await retainedAt(port)).toEqual(new Map([['a/b', 'x']]));
  });

  test('what either side writes is sent at once, not held back until the one before is acknowledged', async () => {
    const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    const { url } = await broker();
    const settings = {
      url,
      rejectUnauthorized: true,
      clientId: 'x',
      baseTopic: 'x',
      protocol: 4,
      keepaliveS: 30,
    } as const;
    await firstValueFrom(openMqttConnection(settings, 4, { topic: 'will', payload: 'gone' }));
    const sockets = new Set(noDelay.mock.contexts);
    expect(sockets.size).toBe(2);
    noDelay.mockRestore();
  });

  test('publishes the last will of a client that vanishes', async () => {
    const { port } = await broker();
    const watcher = later(await Watcher.at(port));
    const vanishing = later(
      await Watcher.at(port, 4, 'x', { topic: 'will', payload: Buffer.from('gone'), qos: 1, retain: true }),
    );
    vanishing.client.stream.destroy();
    await watcher.sees('will', 'gone');
  });

  test('a taken port is told in words, with what to do', async () => {
    const { port } = await broker();
    const second = startEmbeddedBroker({ host: '127.0.0.1', port });
    await expect(second).rejects.toBeInstanceOf(BrokerError);
    await expect(second).rejects.toMatchObject({
      code: 'port-taken',
      message: `port ${port} is taken: another broker runs there; set mqtt.url to use it, or broker.port to another port`,
    });
  });

  test('an address that is not of this machine is told in words', async () => {
    // 192.0.2.0/24 belongs to documentation (RFC 5737): no machine has it.
    await expect(startEmbeddedBroker({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      message: '192.0.2.1 is no address of this machine; set broker.host, say 127.0.0.1',
    });
  });

  test('ends its connections and frees its port when it stops', async () => {
    const stopping = await startEmbeddedBroker({ host: '127.0.0.1', port: 0 });
    const { port } = stopping;
    const client = later(await Watcher.at(port));
    const silent = connectSocket(port, '127.0.0.1');
    await once(silent, 'connect');
    const ends = Promise.all([once(client.client.stream, 'close'), once(silent, 'close')]);
    silent.resume();
    await stopping.stop();
    await ends;
    later(await startEmbeddedBroker({ host: '127.0.0.1', port }));
  });

  test('lives on when somebody speaks no MQTT, and says so only to those who debug', async () => {
    const log = recordingLog();
    const { port } = later(await startEmbeddedBroker({ host: '127.0.0.1', port: 0, log }));
    const browser = connectSocket(port, '127.0.0.1');
    browser.end('GET / HTTP/1.1\r\n\r\n').resume();
    await once(browser, 'close');
    const rude = connectSocket(port, '127.0.0.1');
    await once(rude, 'connect');
    rude.resetAndDestroy();
    later(await Watcher.at(port));
    expect(log.lines.every(({ level }) => level === 'debug')).toBe(true);
  });
});
