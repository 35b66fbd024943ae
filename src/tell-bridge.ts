import { ignoreElements, merge, type Observable, tap, timer } from 'rxjs';
import { type Requested, bridgeRequests } from './bridge-requests.ts';
import { redactConfig } from './config/redact-config.ts';
import type { MoodstatConfig } from './config/resolve-config.ts';
import { type Answered, answerRequests } from './publish/answer-requests.ts';
import { bridgeHealthPayload, bridgeInfoPayload } from './publish/bridge-payload.ts';
import type { Publisher } from './publish/publisher.ts';
import type { Topics } from './publish/topics.ts';

const HEALTH_EVERY_MS = 30_000;

export interface BridgeOptions extends Omit<Requested, 'privacy' | 'health'> {
  readonly config: MoodstatConfig;
  readonly version: string;
  readonly startedAtMs: number;
}

/**
 * While subscribed: `bridge/info` whenever the connection is new, `bridge/health` now and then, and answers to who asks.
 * Emits each request that was answered.
 */
export function tellBridge(publisher: Publisher, topics: Topics, options: BridgeOptions): Observable<Answered> {
  const { config, version, startedAtMs, watches } = options;
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
  const info$ = publisher.connection$.pipe(
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
  );
  const health$ = timer(0, HEALTH_EVERY_MS).pipe(
    tap(() => {
      publisher.publishState({ topic: topics.bridgeHealth, payload: health() });
    }),
  );
  const requests = bridgeRequests({
    ...options,
    privacy: config.privacy,
    health: () => JSON.parse(health()) as unknown,
  });
  return merge(merge(info$, health$).pipe(ignoreElements()), answerRequests(publisher, topics, requests));
}
