import { hostname } from 'node:os';
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { checkOrigin } from './check-origin.ts';
import { type AccessDeps, guardAccess } from './guard-access.ts';
import { type HistoryDeps, registerHistory } from './history/register-history.ts';
import { LoginLimit } from './login-limit.ts';
import type { HomeMetrics } from './metrics/home-metrics.ts';
import type { PageFile } from './page-files.ts';
import { registerCameras, type SwitchableCamera } from './register-cameras.ts';
import { registerEvents } from './register-events.ts';
import { type LiveDeps, registerLive } from './register-live.ts';
import { registerHealth } from './register-health.ts';
import { registerLogin } from './register-login.ts';
import { registerMetrics } from './register-metrics.ts';
import { registerPage } from './register-page.ts';
import { registerState } from './register-state.ts';
import { registerRules, type RulesDeps } from './rules/register-rules.ts';
import { registerSetup, type SetupDeps } from './setup/register-setup.ts';
import { addResponseHeaders, RESPONSE_HEADERS } from './response-headers.ts';
import { Sessions } from './sessions.ts';
import type { HomeView } from './watch-home.ts';
import type { WebSettings } from './web-settings.ts';

/** What the routes need of the rest of the daemon. */
export interface WebDeps {
  readonly settings: WebSettings;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly home: HomeView;
  readonly metrics: HomeMetrics;
  readonly cameras: readonly SwitchableCamera[];
  /** Undefined where the configuration lets nobody see what cameras see: its routes do not exist then. */
  readonly live: Omit<LiveDeps, 'log'> | undefined;
  readonly history?: HistoryDeps;
  /** Left out where nobody knows in which files the rules are written. */
  readonly rules?: RulesDeps | undefined;
  /** Left out where nobody knows where the configuration is written. */
  readonly setup?: SetupDeps | undefined;
  readonly log: WebLog;
  /** When not the usual ones. */
  readonly limits?: WebLimits;
  readonly now: () => number;
}

/** As much of a logger as the page needs; Pino's are such. */
export interface WebLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How long somebody may take. */
export interface WebLimits {
  /** A request that has not come in whole after so long is given up … */
  readonly requestMs: number;
  /** … and one whose headers have not. */
  readonly headersMs: number;
  /** So often these two are looked at. */
  readonly checkMs: number;
  /** Who takes nothing in, or says nothing, for so long is cut off; event streams have heartbeats. */
  readonly silentMs: number;
  /** After so long a port that was taken is tried again. */
  readonly retryMs: number;
}

export const LIMITS: WebLimits = {
  requestMs: 15_000,
  headersMs: 10_000,
  checkMs: 2000,
  silentMs: 60_000,
  retryMs: 10_000,
};
/** Longer bodies are refused; a route that needs more says so. */
const MOST_BODY_BYTES = 64 * 1024;

/** The page's server, which does not listen yet: every route, and what stands before them. */
export function createApp(deps: WebDeps): FastifyInstance {
  const { settings, log, now, limits = LIMITS } = deps;
  const app = fastify({
    logger: false,
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.silentMs,
    keepAliveTimeout: 5000,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs },
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    // What is no address is answered before any hook.
    frameworkErrors: (_error, _request, reply) => {
      void (reply as unknown as FastifyReply).headers(RESPONSE_HEADERS).code(400).send({ error: 'that is no address' });
    },
  });
  const sessions = new Sessions();
  // Browsers keep one set of cookies a host for all its ports.
  const cookieName = `moodstat_${settings.port}`;
  const access: AccessDeps = { settings, cookieName, sessions, limit: new LoginLimit(), now };

  // Any page may send text to any other, without being asked whether it may.
  app.removeContentTypeParser('text/plain');
  addResponseHeaders(app);
  checkOrigin(app, { ownNames: ownNames(settings) });
  guardAccess(app, access);
  answerFaults(app, log);

  registerLogin(app, access);
  registerPage(app, deps);
  registerState(app, deps);
  registerEvents(app, { home: deps.home, sessions });
  registerCameras(app, deps);
  registerMetrics(app, deps);
  registerHealth(app, deps);
  if (deps.history) registerHistory(app, deps.history);
  if (deps.rules) registerRules(app, deps.rules);
  if (deps.setup) registerSetup(app, deps.setup);
  if (deps.live) registerLive(app, { ...deps.live, log }, access);
  return app;
}

function ownNames({ host, allowedHosts }: WebSettings): string[] {
  const machine = hostname().toLowerCase();
  return [machine, `${machine}.local`, host.toLowerCase(), ...allowedHosts];
}

/** Faults in the shape that the page knows, `{"error": "…"}`; what we did not foresee is told to the log only. */
function answerFaults(app: FastifyInstance, log: WebLog): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'there is nothing here' }));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    log.error({ err: error }, `page: ${request.method} ${request.routeOptions.url ?? '?'} failed`);
    return reply.code(500).send({ error: 'that failed; the log says why' });
  });
}
