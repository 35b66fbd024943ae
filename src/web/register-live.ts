import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, Subscription } from 'rxjs';
import { type AccessDeps } from './guard-access.ts';
import { BOUNDARY, type LiveViews } from './live-views.ts';
import { setSessionCookie } from './register-login.ts';
import type { Session } from './sessions.ts';

/** Each view costs a home's uplink more than its daemon; nobody watches from more places. */
const MOST_VIEWS = 10;

export interface LiveCamera {
  readonly name: string;
  /** JPEGs with the faces drawn in, encoded while somebody listens; ends when the camera is switched off. */
  readonly pictures$: Observable<Uint8Array>;
}

export interface LiveDeps {
  readonly cameras: readonly LiveCamera[];
  readonly views: LiveViews;
  /** After so long a live view ends by itself. */
  readonly forMs: number;
  readonly log: { info(fields: object, message: string): void };
}

/**
 * The live view, where the configuration has it at all. `POST /api/live` lets this session see for a while, `DELETE` ends
 * that, `GET` tells of it; `GET /api/live/:camera` are the pictures, as MJPEG.
 */
export function registerLive(app: FastifyInstance, live: LiveDeps, access: AccessDeps): void {
  const { cameras, views, forMs, log } = live;
  const { sessions, now } = access;
  const running = new Subscription();
  running.add(
    sessions.ended$.subscribe((session) => {
      session.liveUntilMs = 0;
      views.endOf(session);
    }),
  );
  app.addHook('preClose', (done) => {
    running.unsubscribe();
    views.stop();
    done();
  });

  app.get('/api/live', ({ session }) => grantOf(session, now()));
  app.post('/api/live', (request, reply) => {
    const session = request.session ?? newSession(request, reply, access);
    session.liveUntilMs = now() + forMs;
    log.info({}, `a live view was allowed on the page, until ${new Date(session.liveUntilMs).toISOString()}`);
    return grantOf(session, now());
  });
  app.delete('/api/live', ({ session }) => {
    if (session) {
      session.liveUntilMs = 0;
      views.endOf(session);
    }
    return grantOf(session, now());
  });
  app.get<{ Params: { camera: string } }>('/api/live/:camera', { exposeHeadRoute: false }, (request, reply) => {
    const { session } = request;
    if (!session || session.liveUntilMs <= now())
      return reply.code(403).send({ error: 'switch the live view on first' });
    const camera = cameras.find(({ name }) => name === request.params.camera);
    if (!camera) return reply.code(404).send({ error: 'there is no such camera' });
    if (views.size >= MOST_VIEWS) return reply.code(503).send({ error: 'too many live views are open' });
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
      'x-accel-buffering': 'no',
    });
    views.open({ camera: camera.name, session, response: reply.raw, pictures$: camera.pictures$ });
    return reply;
  });
}

function newSession(request: FastifyRequest, reply: FastifyReply, { sessions, cookieName, now }: AccessDeps): Session {
  const session = sessions.open(false, now());
  setSessionCookie(request, reply, cookieName, session.id);
  return session;
}

function grantOf(session: Session | null, nowMs: number): { readonly until: string | null } {
  const isOn = session !== null && session.liveUntilMs > nowMs;
  return { until: isOn ? new Date(session.liveUntilMs).toISOString() : null };
}
