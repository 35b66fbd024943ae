import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bridgeInfoPayload } from '../../src/publish/bridge-payload.ts';
import { redactSecrets, redactText } from '../../src/publish/redact-secrets.ts';

test.each([
  ['rtsp://user:pass@cam.local:554/stream', 'rtsp://***@cam.local:554/stream'],
  ['rtsp://user:p@ss@cam.local/stream', 'rtsp://***@cam.local/stream'],
  ['mqtt://token@host', 'mqtt://***@host'],
  ['http://cam/snap.cgi?user=admin&pwd=geheim&x=1', 'http://cam/snap.cgi?user=admin&pwd=***&x=1'],
  ['http://cam/snap?loginpass=a%20b', 'http://cam/snap?loginpass=***'],
  ['see rtsp://a:b@c/d and rtsp://e:f@g/h', 'see rtsp://***@c/d and rtsp://***@g/h'],
  ['http://cam/a@b', 'http://cam/a@b'],
  ['mail@example.org', 'mail@example.org'],
  ['plain words', 'plain words'],
])('redactText %s', (text, expected) => {
  expect(redactText(text)).toBe(expected);
});

test('blanks values by their keys, at any depth, and leaves the rest alone', () => {
  expect(
    redactSecrets({
      mqtt: { url: 'mqtt://host', username: 'home', password: 'geheim', port: 1883 },
      cameras: [{ source: 'rtsp://u:geheim@cam/1', http: { headers: { Authorization: 'Basic geheim' } } }],
      api_key: 'geheim',
      accessToken: 'geheim',
      secrets: ['geheim', { a: 'geheim' }],
      unset: { password: undefined, token: null, secret: '' },
      passive: true,
    }),
  ).toEqual({
    mqtt: { url: 'mqtt://host', username: 'home', password: '***', port: 1883 },
    cameras: [{ source: 'rtsp://***@cam/1', http: { headers: { Authorization: '***' } } }],
    api_key: '***',
    accessToken: '***',
    secrets: '***',
    unset: { password: undefined, token: null, secret: '' },
    passive: true,
  });
});

test('bridge/info never holds a password, wherever the configuration has it', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9!$.]{8,20}$/);
  fc.assert(
    fc.property(secret, (password) => {
      const info = bridgeInfoPayload({
        version: '1.2.3',
        startedAtMs: 0,
        node: 'v20.19.0',
        protocol: 5,
        config: {
          mqtt: { password },
          cameras: {
            a: { source: `rtsp://admin:${password}@10.0.0.2/s` },
            b: { source: `http://c/s?pwd=${password}` },
          },
        },
      });
      expect(info).not.toContain(password);
    }),
  );
});
