import { type SchedulerLike, Subscription, asyncScheduler, delay, filter, map, switchMap, of } from 'rxjs';
import { type DiscoveryMessage, discoveredDevice } from './discovery.ts';
import { REMOVE_RETAINED } from './payload.ts';
import type { Publisher } from './publisher.ts';
import { type Topics, isCameraName, retainedOfCamera } from './topics.ts';

export interface PublishDiscoveryOptions {
  /** Chance, 0 to 1, behind the delay. */
  readonly random?: () => number;
  readonly scheduler?: SchedulerLike;
}

/** Home Assistant asks devices not to answer its birth all at once; it also needs a moment to listen. */
const RESEND_MS = { least: 2000, most: 10_000 };

/**
 * Publishes discovery messages, again some seconds after Home Assistant says that it is online, and removes what an
 * earlier run left behind for cameras that are no longer among them: their discovery and their retained topics.
 */
export function publishDiscovery(
  publisher: Publisher,
  topics: Topics,
  messages: readonly DiscoveryMessage[],
  { random = Math.random, scheduler = asyncScheduler }: PublishDiscoveryOptions = {},
): Subscription {
  const publishAll = () => {
    for (const message of messages) publisher.publishState(message);
  };
  const wanted = new Set(messages.map(({ topic }) => topic));
  const running = new Subscription();
  running.add(
    publisher
      .listen(topics.filters.homeAssistantStatus)
      .pipe(
        // A retained one is no birth: Home Assistant is there, and has our retained messages.
        filter(({ payload, retained }) => payload === 'online' && !retained),
        map(() => RESEND_MS.least + random() * (RESEND_MS.most - RESEND_MS.least)),
        switchMap((delayMs) => of(undefined).pipe(delay(delayMs, scheduler))),
      )
      .subscribe(publishAll),
  );
  running.add(
    publisher
      .listen(topics.filters.discovery)
      .pipe(
        filter(({ topic, retained }) => retained && !wanted.has(topic)),
        map((message) => discoveredDevice(message, topics)),
      )
      .subscribe((device) => {
        if (device !== undefined) removeDevice(publisher, topics, device);
      }),
  );
  publishAll();
  return running;
}

function removeDevice(publisher: Publisher, topics: Topics, device: string): void {
  const ofCamera = isCameraName(device) ? retainedOfCamera(topics, device) : [];
  for (const topic of [topics.discovery(device), ...ofCamera]) {
    publisher.publishState({ topic, payload: REMOVE_RETAINED });
  }
}
