import { createHash, timingSafeEqual } from 'node:crypto';
import { parse } from 'cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LoginLimit } from './login-limit.ts';
import type { Session, Sessions } from './sessions.ts';
import type { WebSettings } from './web-settings.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the cookie; null without one. */
    session: Session | null;
  }
  interface FastifyContextConfig {
    /** For everybody, the password or not. */
    open?: true;
  }
}

export interface AccessDeps {
  readonly settings: Pick<WebSettings, 'password' | 'token'>;
  readonly cookieName: string;
  readonly sessions: Sessions;
  readonly limit: LoginLimit;
  readonly now: () => number;
}

/** Whether two secrets are the same, in a time that does not tell how much of them is. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Nobody is let in who is not logged in, but on routes whose `config.open` is set; without a password, everybody. */
export function guardAccess(app: FastifyInstance, deps: AccessDeps): void {
  const { settings, cookieName, sessions, limit, now } = deps;
  const token = settings.token ?? settings.password;
  app.decorateRequest('session', null);
  app.addHook('onRequest', (request, reply, done) => {
    const id = parse(request.headers.cookie ?? '')[cookieName];
    request.session = (id === undefined ? undefined : sessions.find(id, now())) ?? null;
    if (token === undefined || request.routeOptions.config.open || request.session?.loggedIn) {
      done();
      return;
    }
    const given = bearerOf(request);
    const waitMs = given === undefined ? 0 : limit.waitMs(request.ip, now());
    if (waitMs > 0) {
      void reply
        .code(429)
        .header('retry-after', Math.ceil(waitMs / 1000))
        .send({ error: TOO_OFTEN });
      return;
    }
    if (given !== undefined && isSameSecret(given, token)) {
      done();
      return;
    }
    if (given !== undefined) limit.failed(request.ip, now());
    if (wantsPage(request)) void reply.redirect('/login', 303);
    else void reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'log in first' });
  });
}

export const TOO_OFTEN = 'too many wrong passwords; wait a little';

function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

function wantsPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
