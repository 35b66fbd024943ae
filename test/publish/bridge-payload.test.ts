import { expect, test } from 'vitest';
import { bridgeHealthPayload, bridgeInfoPayload } from '../../src/publish/bridge-payload.ts';

test('bridgeInfoPayload', () => {
  const info = { version: '1.2.3', startedAtMs: 0, node: 'v20.19.0', protocol: 4, config: { a: 1 } } as const;
  expect(JSON.parse(bridgeInfoPayload(info))).toEqual({
    version: '1.2.3',
    node: 'v20.19.0',
    mqtt: '3.1.1',
    started: '1970-01-01T00:00:00.000Z',
    config: { a: 1 },
  });
});

test('bridgeHealthPayload rounds, and says null where nothing was measured', () => {
  const camera = {
    state: 'online',
    fps: 4.96,
    framesSeen: 100,
    framesDropped: 3,
    framesFailed: 1,
    latencyP50Ms: 12.345,
    latencyP95Ms: null,
    restarts: 2,
  } as const;
  const payload = bridgeHealthPayload({
    atMs: 1000,
    uptimeMs: 90_400,
    rssBytes: 100 * 2 ** 20,
    brokerReconnects: 1,
    messagesSent: 50,
    messagesDropped: 2,
    cameras: { living: camera },
  });
  expect(JSON.parse(payload)).toEqual({
    at: '1970-01-01T00:00:01.000Z',
    uptime_s: 90,
    memory_mb: 100,
    mqtt: { reconnects: 1, sent: 50, dropped: 2 },
    cameras: {
      living: {
        state: 'online',
        fps: 5,
        frames: { seen: 100, dropped: 3, failed: 1 },
        latency_ms: { p50: 12.3, p95: null },
        restarts: 2,
      },
    },
  });
});
