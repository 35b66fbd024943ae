import type { FastifyInstance } from 'fastify';
import { Subscription } from 'rxjs';
import { EventStreams, eventText } from './event-streams.ts';
import type { Sessions } from './sessions.ts';
import type { HomeView } from './watch-home.ts';

/** A home has a few phones and a tablet on the wall. */
const MOST_CLIENTS = 50;

export interface EventsDeps {
  readonly home: Pick<HomeView, 'state' | 'events$'>;
  readonly sessions: Pick<Sessions, 'ended$'>;
}

/** `GET /api/events`: server-sent events, first `state` with everything, then what changes. */
export function registerEvents(app: FastifyInstance, { home, sessions }: EventsDeps): void {
  const streams = new EventStreams({
    most: MOST_CLIENTS,
    firstEvent: () => eventText({ event: 'state', data: home.state() }),
  });
  const listening = new Subscription();
  listening.add(
    home.events$.subscribe((event) => {
      streams.send(event);
    }),
  );
  // Who logs out hears no more.
  listening.add(
    sessions.ended$.subscribe(({ id }) => {
      streams.endOf(id);
    }),
  );
  app.addHook('preClose', (done) => {
    listening.unsubscribe();
    streams.stop();
    done();
  });
  app.get('/api/events', { exposeHeadRoute: false }, (request, reply) => {
    if (streams.isFull) return reply.code(503).send({ error: 'too many pages are open' });
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      // Proxies such as nginx would otherwise collect events until a buffer is full.
      'x-accel-buffering': 'no',
    });
    streams.add(reply.raw, request.session?.id);
    return reply;
  });
}
