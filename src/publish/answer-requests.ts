import { concatMap, filter, groupBy, map, mergeMap, type Observable } from 'rxjs';
import type { Publisher } from './publisher.ts';
import { type BridgeRequest, type BridgeResponse, parseRequest, responsePayload } from './requests.ts';
import { nameOfRequest, type Topics } from './topics.ts';

/** What can be asked for, by name; the handler returns the data of the response, perhaps later, or throws in words. */
export type RequestHandlers = Readonly<Record<string, (request: BridgeRequest) => unknown>>;

/** A request that has got its response. */
export interface Answered {
  readonly name: string;
  readonly status: BridgeResponse['status'];
}

/**
 * Answers `bridge/request/<name>` while subscribed, and tells of each response once it is on its way. Requests of one
 * name are answered one after the other, those of several names beside each other, so that a slow one holds up only its
 * own kind. A retained request is an old one and is not answered.
 */
export function answerRequests(publisher: Publisher, topics: Topics, handlers: RequestHandlers): Observable<Answered> {
  return publisher.listen(topics.filters.request).pipe(
    filter(({ retained }) => !retained),
    map(({ topic, payload }) => ({ name: nameOfRequest(topic, topics), request: parseRequest(payload) })),
    filter((asked): asked is typeof asked & { name: string } => asked.name !== undefined),
    // All names that nobody handles are one kind, or strangers could fill the memory with groups.
    groupBy(({ name }) => (Object.hasOwn(handlers, name) ? name : undefined)),
    mergeMap((ofOneKind$) =>
      ofOneKind$.pipe(
        concatMap(async ({ name, request }) => ({ name, request, response: await answer(name, request, handlers) })),
        map(({ name, request, response }) => {
          const transaction = typeof request === 'string' ? undefined : request.transaction;
          const payload = responsePayload(response, transaction);
          publisher.send({ topic: topics.response(name), payload, qos: 1 });
          return { name, status: response.status };
        }),
      ),
    ),
  );
}

async function answer(
  name: string,
  request: BridgeRequest | string,
  handlers: RequestHandlers,
): Promise<BridgeResponse> {
  if (typeof request === 'string') return { status: 'error', error: request };
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (!handler) return { status: 'error', error: `unknown request; there is ${Object.keys(handlers).join(', ')}` };
  try {
    return { status: 'ok', data: await handler(request) };
  } catch (error) {
    return { status: 'error', error: error instanceof Error ? error.message : String(error) };
  }
}
