import { stringifySetCookie } from 'cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessDeps, isSameSecret, TOO_OFTEN } from './guard-access.ts';
import { LOGIN_STYLE, loginPage } from './login-page.ts';
import { sendFile } from './register-page.ts';

const OPEN = { config: { open: true } } as const;
const YEAR_S = 31_536_000;

/** `GET` and `POST /login`, a form that works without scripts, and `POST /api/logout`. */
export function registerLogin(app: FastifyInstance, deps: AccessDeps): void {
  const { settings, sessions, limit, now } = deps;
  const password = settings.password ?? settings.token;
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 4096 }, formOf);
  app.get('/login.css', OPEN, (request, reply) => sendFile(request, reply, LOGIN_STYLE));
  app.get('/login', OPEN, (request, reply) =>
    password === undefined || request.session?.loggedIn ? reply.redirect('/', 303) : sendLogin(reply, 200),
  );
  app.post('/login', OPEN, (request, reply) => {
    if (password === undefined) return reply.redirect('/', 303);
    const waitMs = limit.waitMs(request.ip, now());
    if (waitMs > 0) {
      void reply.header('retry-after', Math.ceil(waitMs / 1000));
      return sendLogin(reply, 429, TOO_OFTEN);
    }
    const given = request.body instanceof URLSearchParams ? request.body.get('password') : null;
    if (given === null || !isSameSecret(given, password)) {
      limit.failed(request.ip, now());
      return sendLogin(reply, 401, 'that is not the password');
    }
    // A session that was there before the login may be known to somebody else.
    if (request.session) sessions.end(request.session);
    setSessionCookie(request, reply, deps.cookieName, sessions.open(true, now()).id);
    return reply.redirect('/', 303);
  });
  app.post('/api/logout', (request, reply) => {
    if (request.session) sessions.end(request.session);
    setSessionCookie(request, reply, deps.cookieName, '', 0);
    return reply.code(204).send();
  });
}

/** No script can read it, no other page can send it, and behind TLS it goes nowhere else. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  value: string,
  maxAge = YEAR_S,
): void {
  const secure = request.protocol === 'https';
  const cookie = { name, value, path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge } as const;
  void reply.header('set-cookie', stringifySetCookie(cookie));
}

function sendLogin(reply: FastifyReply, status: number, fault?: string): FastifyReply {
  return (
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      // With `no-referrer`, browsers would not say of the form where it comes from.
      .header('referrer-policy', 'same-origin')
      .send(loginPage(fault))
  );
}

function formOf(
  _request: FastifyRequest,
  body: string | Buffer,
  done: (error: null, body: URLSearchParams) => void,
): void {
  done(null, new URLSearchParams(String(body)));
}
