import { merge, type Subscription, tap, timer } from 'rxjs';
import { redactConfig } from './config/redact-config.ts';
import type { MoodstatConfig } from './config/resolve-config.ts';
import { answerRequests } from './publish/answer-requests.ts';
import { bridgeHealthPayload, bridgeInfoPayload } from './publish/bridge-payload.ts';
import type { Publisher } from './publish/publisher.ts';
import type { Topics } from './publish/topics.ts';
import type { Watch } from './watch-camera.ts';

const HEALTH_EVERY_MS = 30_000;

/** `bridge/info` whenever the connection is new, `bridge/health` now and then, and answers to who asks. */
export function tellBridge(
  publisher: Publisher,
  topics: Topics,
  watches: readonly Watch[],
  { config, version, startedAtMs }: { config: MoodstatConfig; version: string; startedAtMs: number },
): Subscription {
  const health = () => {
    const { reconnects, sent, dropped } = publisher.counters;
    const atMs = Date.now();
    return bridgeHealthPayload({
      atMs,
      uptimeMs: atMs - startedAtMs,
      rssBytes: process.memoryUsage.rss(),
      brokerReconnects: reconnects,
      messagesSent: sent,
      messagesDropped: dropped,
      cameras: Object.fromEntries(watches.map((watch) => [watch.name, watch.health(atMs)])),
    });
  };
  const told = merge(
    publisher.connection$.pipe(
      tap((connection) => {
        if (connection.state !== 'online') return;
        const info = {
          version,
          startedAtMs,
          node: process.version,
          protocol: connection.protocol,
          config: redactConfig(config),
        };
        publisher.publishState({ topic: topics.bridgeInfo, payload: bridgeInfoPayload(info) });
      }),
    ),
    timer(0, HEALTH_EVERY_MS).pipe(
      tap(() => {
        publisher.publishState({ topic: topics.bridgeHealth, payload: health() });
      }),
    ),
  ).subscribe();
  told.add(answerRequests(publisher, topics, { health_check: () => JSON.parse(health()) as unknown }));
  return told;
}
