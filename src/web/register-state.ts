import type { FastifyInstance } from 'fastify';
import type { HomeView } from './watch-home.ts';

/** `GET /api/state`: all that is known of the home now. */
export function registerState(app: FastifyInstance, { home }: { readonly home: Pick<HomeView, 'state'> }): void {
  app.get('/api/state', () => home.state());
}
