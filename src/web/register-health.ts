import type { FastifyInstance } from 'fastify';
import type { HomeState } from './home-state.ts';
import type { HomeView } from './watch-home.ts';

/** What keeps the daemon from its work, without a name of anything: who asks need not be logged in. */
export function problemsOf({ broker, cameras }: HomeState): string[] {
  const enabled = cameras.filter((camera) => camera.enabled);
  const isBlind = enabled.length > 0 && enabled.every(({ status }) => status !== 'online');
  return [
    ...(broker.connected ? [] : ['the broker is not connected']),
    // One camera's failure is its own.
    ...(isBlind ? ['no camera gives frames'] : []),
  ];
}

/** `GET /healthz`: 200 while the daemon senses and tells, 503 with the reasons else; who answers at all is alive. */
export function registerHealth(app: FastifyInstance, { home }: { readonly home: Pick<HomeView, 'state'> }): void {
  app.get('/healthz', { config: { open: true } }, (_request, reply) => {
    const problems = problemsOf(home.state());
    const ready = problems.length === 0;
    return reply.code(ready ? 200 : 503).send({ alive: true, ready, problems });
  });
}
