import type { FastifyInstance } from 'fastify';
import type { HomeMetrics } from './metrics/home-metrics.ts';

/** `GET /metrics`, for Prometheus. */
export function registerMetrics(app: FastifyInstance, { metrics }: { readonly metrics: HomeMetrics }): void {
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.addHook('preClose', (done) => {
    metrics.stop();
    done();
  });
}
