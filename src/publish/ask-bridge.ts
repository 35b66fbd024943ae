import { randomUUID } from 'node:crypto';
import { filter, firstValueFrom, map, merge, switchMap, take, tap, throwError, timer } from 'rxjs';
import { type OpenConnection, openMqttConnection } from './mqtt-connection.ts';
import { brokerAddress, type MqttSettings } from './mqtt-settings.ts';
import type { BridgeResponse } from './requests.ts';
import { createTopics } from './topics.ts';

/** So long a daemon may take to answer. */
const ANSWER_MS = 5000;

/**
 * Asks a running daemon over its broker, as another client, and resolves with the data of its response. Rejects in words
 * when the broker cannot be reached, nobody answers, or the daemon refuses.
 */
export async function askBridge(
  settings: MqttSettings,
  request: string,
  data: object,
  open: OpenConnection = openMqttConnection,
): Promise<unknown> {
  const topics = createTopics(settings.baseTopic);
  const transaction = randomUUID();
  const client = { ...settings, clientId: `${settings.clientId}-asks-${transaction.slice(0, 8)}` };
  // A last will is part of a connection; this one says that nothing is there where nothing was.
  const will = { topic: topics.response(`${request}/gone`), payload: '' };
  const response$ = open(client, settings.protocol === 'auto' ? 4 : settings.protocol, will).pipe(
    switchMap((connection) => {
      const asked = { topic: topics.request(request), payload: JSON.stringify({ ...data, transaction }) };
      connection.subscribe(topics.response(request), 1, () => undefined);
      connection.publish({ ...asked, qos: 1, retain: false }, () => undefined);
      return connection.received$.pipe(
        map(({ message }) => parse(message.payload)),
        filter((response) => response?.transaction === transaction),
        take(1),
        tap(() => {
          connection.end();
        }),
      );
    }),
  );
  const late$ = timer(ANSWER_MS).pipe(
    switchMap(() =>
      throwError(
        () => new Error(`${brokerAddress(settings.url)}: no answer on ${topics.response(request)}; does moodstat run?`),
      ),
    ),
  );
  const response = (await firstValueFrom(merge(response$, late$))) as BridgeResponse;
  if (response.status === 'error') throw new Error(response.error);
  return response.data;
}

function parse(payload: string): (BridgeResponse & { transaction?: unknown }) | undefined {
  try {
    return JSON.parse(payload) as BridgeResponse & { transaction?: unknown };
  } catch {
    return undefined;
  }
}
