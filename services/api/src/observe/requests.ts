import type { FastifyInstance } from 'fastify';
import type { ApiMetrics } from './api-metrics.ts';

/** Measures every request; what was asked for is only known by its route, of which there are few. */
export function observeRequests(app: FastifyInstance, { requestDuration }: ApiMetrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    requestDuration.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}
