import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeAll, afterAll, describe, expect, test } from 'vitest';
import { BrokerError } from '../../src/publish/broker-error.ts';
import { openMqttConnection } from '../../src/publish/mqtt-connection.ts';
import type { MqttSettings } from '../../src/publish/mqtt-settings.ts';
import { freePort } from '../fakes/free-port.ts';
import { describeMosquitto, findProgram, Mosquitto, passwordFile } from './real-mosquitto.ts';

const run = promisify(execFile);
const PASSWORD = 'geheim:@ß';

function settings(url: string, more: Partial<MqttSettings> = {}): MqttSettings {
  return {
    url,
    rejectUnauthorized: true,
    clientId: 'moodstat-test',
    baseTopic: 'home/emotion',
    protocol: 'auto',
    keepaliveS: 30,
    ...more,
  };
}

const WILL = { topic: 'will', payload: 'gone' };

/** What becomes of one attempt: the protocol it was accepted with, or why not. */
async function attempt(options: MqttSettings, protocol: 4 | 5 = 5): Promise<4 | 5 | BrokerError> {
  try {
    return (await firstValueFrom(openMqttConnection(options, protocol, WILL))).protocol;
  } catch (error) {
    if (error instanceof BrokerError) return error;
    throw error;
  }
}

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a broker that is none', () => {
  test('nothing listens', async () => {
    const url = `mqtt://127.0.0.1:${await freePort()}`;
    expect(await attempt(settings(url))).toMatchObject({
      code: 'refused',
      message: `${url}: nothing listens there; is the broker running, and is the port right?`,
    });
  });

  test('a name that nobody knows', async () => {
    // .invalid never exists (RFC 2606 §2).
    expect(await attempt(settings('mqtt://broker.invalid'))).toMatchObject({ code: 'dns' });
  });

  test('hangs up without a word', async () => {
    const url = await listening(createServer((socket) => socket.once('data', () => socket.destroy())));
    expect(await attempt(settings(url))).toMatchObject({ code: 'closed' });
  });

  test('a web server', async () => {
    const url = await listening(createHttpServer((_request, response) => response.end('hello')));
    expect(await attempt(settings(url))).toMatchObject({ code: expect.stringMatching(/closed|failed/) as string });
  });

  test('answers with something else than MQTT and stays', async () => {
    const url = await listening(createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n')));
    expect(await attempt(settings(url))).toMatchObject({ code: 'failed' });
  });
});

describe('a broker that speaks MQTT 3.1.1 only', () => {
  test.each([
    ['as MQTT 3.1.1 says, with code 1', [0x20, 0x02, 0x00, 0x01]],
    ['as MQTT 5 says, with reason 132', [0x20, 0x03, 0x00, 0x84, 0x00]],
  ])('refuses version 5 %s', async (_how, connack) => {
    const url = await listening(createServer((socket) => socket.once('data', () => socket.end(Buffer.from(connack)))));
    expect(await attempt(settings(url))).toMatchObject({ code: 'protocol' });
  });
});

test('unsubscribing while it connects cuts the attempt', async () => {
  const server = createServer((socket) => socket.resume());
  const url = await listening(server);
  const arrival = once(server, 'connection') as Promise<[Socket]>;
  const subscription = openMqttConnection(settings(url), 5, WILL).subscribe();
  const [socket] = await arrival;
  const gone = once(socket, 'close');
  subscription.unsubscribe();
  await gone;
});

describeMosquitto('Mosquitto with passwords', () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    broker = await Mosquitto.start((folder) => [passwordFile(folder, 'home', PASSWORD)]);
  });
  afterAll(() => broker.remove());

  test.each([5, 4] as const)('lets us in with the right one, over protocol %i', async (protocol) => {
    expect(await attempt(settings(broker.url, { username: 'home', password: PASSWORD }), protocol)).toBe(protocol);
  });

  test('lets us in with credentials in the address', async () => {
    const url = broker.url.replace('://', `://home:${encodeURIComponent(PASSWORD)}@`);
    expect(await attempt(settings(url))).toBe(5);
    expect(await attempt(settings(url, { password: 'wrong' }))).toMatchObject({ code: 'auth' });
  });

  test.each([
    [5, {}],
    [4, {}],
    [5, { username: 'home', password: 'wrong-geheim' }],
    [4, { username: 'home', password: 'wrong-geheim' }],
    [5, { username: 'nobody', password: PASSWORD }],
  ] as const)('over protocol %i refuses %j, told without the password', async (protocol, credentials) => {
    expect(await attempt(settings(broker.url, credentials), protocol)).toMatchObject({
      code: 'auth',
      message: `${broker.url}: the broker does not let us in; check mqtt.username and mqtt.password`,
    });
  });
});

describeMosquitto('Mosquitto with TLS', () => {
  let broker: Mosquitto;
  let ca: string;
  let otherCa: string;

  beforeAll(async () => {
    broker = await Mosquitto.start(async (folder) => {
      await makeAuthority(folder, 'ca');
      await makeAuthority(folder, 'other');
      await makeCertificate(folder);
      ca = await readFile(join(folder, 'ca.pem'), 'utf8');
      otherCa = await readFile(join(folder, 'other.pem'), 'utf8');
      return [`certfile ${join(folder, 'server.pem')}`, `keyfile ${join(folder, 'server.key')}`];
    });
  });
  afterAll(() => broker.remove());

  const secure = (host: string) => `mqtts://${host}:${broker.port}`;

  test.each([5, 4] as const)('is trusted when its authority is given, over protocol %i', async (protocol) => {
    expect(await attempt(settings(secure('127.0.0.1'), { ca }), protocol)).toBe(protocol);
  });

  test.each([
    ['without its authority', () => ({}), 'mqtt.ca'],
    ['with another authority', () => ({ ca: otherCa }), 'mqtt.ca'],
    ['with an authority that is no PEM', () => ({ ca: 'no certificate' }), 'mqtt.ca'],
  ])('is not trusted %s', async (_case, more, words) => {
    const error = await attempt(settings(secure('127.0.0.1'), more()));
    expect(error).toMatchObject({ code: 'tls' });
    expect((error as BrokerError).message).toContain(words);
  });

  test('is not trusted under another name', async () => {
    const error = await attempt(settings(secure('localhost'), { ca }));
    expect(error).toMatchObject({ code: 'tls' });
    expect((error as BrokerError).message).toContain('another name');
  });

  test('any certificate will do when that is asked for', async () => {
    expect(await attempt(settings(secure('localhost'), { rejectUnauthorized: false }))).toBe(5);
  });

  test('mqtts:// on a port without TLS', async () => {
    const plain = await Mosquitto.start();
    const error = await attempt(settings(`mqtts://127.0.0.1:${plain.port}`, { ca }));
    await plain.remove();
    expect(error).toMatchObject({ code: expect.stringMatching(/tls|closed/) as string });
  });

  test('mqtt:// on a port with TLS', async () => {
    expect(await attempt(settings(broker.url))).toMatchObject({ code: 'closed' });
  });
});

async function makeAuthority(folder: string, name: string): Promise<void> {
  const out = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  await run(findProgram('openssl')!, ['req', '-x509', ...key, ...out, '-days', '1', '-subj', `/CN=test ${name}`]);
}

/** A certificate for 127.0.0.1 only, signed by `ca`. */
async function makeCertificate(folder: string): Promise<void> {
  const file = (name: string) => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', file('server.key')];
  await run(findProgram('openssl')!, ['req', '-new', ...key, '-out', file('server.csr'), '-subj', '/CN=broker']);
  await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1\n');
  const sign = ['x509', '-req', '-in', file('server.csr'), '-CA', file('ca.pem'), '-CAkey', file('ca.key')];
  await run(findProgram('openssl')!, [
    ...sign,
    '-CAcreateserial',
    '-extfile',
    file('names'),
    '-out',
    file('server.pem'),
    '-days',
    '1',
  ]);
}
