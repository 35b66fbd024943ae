import { describe, expect, test } from 'vitest';
import { toBrokerError } from '../../src/publish/broker-error.ts';
import { brokerAddress } from '../../src/publish/mqtt-settings.ts';

const withCode = (code: string | number, message = 'said with secret geheim') =>
  Object.assign(new Error(message), { code });

describe('toBrokerError', () => {
  test.each([
    [withCode('ECONNREFUSED'), 'refused', 'nothing listens there'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'refused', 'nothing listens there'],
    [withCode('ENOTFOUND'), 'dns', 'check mqtt.url'],
    [withCode('EAI_AGAIN'), 'dns', 'check mqtt.url'],
    [withCode('ETIMEDOUT'), 'timeout', 'no answer in time'],
    [new Error('connack timeout'), 'timeout', 'no answer in time'],
    [new Error('Keepalive timeout'), 'timeout', 'no answer in time'],
    [withCode('EHOSTUNREACH'), 'unreachable', 'same network'],
    [withCode('ECONNRESET'), 'closed', 'was closed'],
    [withCode(1), 'protocol', 'mqtt.protocol'],
    [withCode(132), 'protocol', 'mqtt.protocol'],
    [withCode(4), 'auth', 'mqtt.password'],
    [withCode(5), 'auth', 'mqtt.password'],
    [withCode(134), 'auth', 'mqtt.password'],
    [withCode(135), 'auth', 'mqtt.password'],
    [withCode(2), 'client-id', 'mqtt.client_id'],
    [withCode(142), 'taken-over', 'mqtt.client_id'],
    [withCode(139), 'unavailable', 'shutting down'],
    [withCode(3), 'unavailable', 'shutting down'],
    [withCode(0x99), 'failed', 'failed'],
    [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', 'mqtt.ca'],
    [withCode('SELF_SIGNED_CERT_IN_CHAIN'), 'tls', 'mqtt.ca'],
    [withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls', 'mqtt.ca'],
    [withCode('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'tls', 'mqtt.ca'],
    [withCode('CERT_HAS_EXPIRED'), 'tls', 'expired'],
    [withCode('CERT_NOT_YET_VALID'), 'tls', 'clock'],
    [withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls', 'another name'],
    [withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls', 'port for mqtts://'],
    [withCode('EPROTO'), 'tls', 'port for mqtts://'],
    [new Error('something'), 'failed', 'failed'],
    ['a text', 'failed', 'failed'],
    [undefined, 'failed', 'failed'],
  ])('%s', (cause, code, words) => {
    const error = toBrokerError(cause, 'mqtt://host:1883');
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^mqtt:\/\/host:1883: [^\n]+$/);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('geheim');
    expect(error.cause).toBe(cause);
  });
});

test.each([
  ['mqtt://user:geheim@host:1883', 'mqtt://host:1883'],
  ['mqtts://host', 'mqtts://host'],
  ['ws://host:9001/mqtt?token=geheim', 'ws://host:9001'],
  ['mqtt://[::1]:1883', 'mqtt://[::1]:1883'],
])('brokerAddress of %s', (url, address) => {
  expect(brokerAddress(url)).toBe(address);
});
