import type { Subscription } from 'rxjs';
import type { Publisher } from './publisher.ts';
import { type BridgeRequest, type BridgeResponse, parseRequest, responsePayload } from './requests.ts';
import { nameOfRequest, type Topics } from './topics.ts';

/** What can be asked for, by name; the handler returns the data of the response or throws in words. */
export type RequestHandlers = Readonly<Record<string, (request: BridgeRequest) => unknown>>;

/** Answers `bridge/request/<name>` until unsubscribed. A retained request is an old one and is not answered. */
export function answerRequests(publisher: Publisher, topics: Topics, handlers: RequestHandlers): Subscription {
  return publisher.listen(topics.filters.request).subscribe(({ topic, payload, retained }) => {
    const name = nameOfRequest(topic, topics);
    if (name === undefined || retained) return;
    const request = parseRequest(payload);
    const transaction = typeof request === 'string' ? undefined : request.transaction;
    publisher.send({
      topic: topics.response(name),
      payload: responsePayload(answer(name, request, handlers), transaction),
      qos: 1,
    });
  });
}

function answer(name: string, request: BridgeRequest | string, handlers: RequestHandlers): BridgeResponse {
  if (typeof request === 'string') return { status: 'error', error: request };
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (!handler) return { status: 'error', error: `unknown request; there is ${Object.keys(handlers).join(', ')}` };
  try {
    return { status: 'ok', data: handler(request) };
  } catch (error) {
    return { status: 'error', error: error instanceof Error ? error.message : String(error) };
  }
}
