import type { TracedSpan, Traces } from '@dasf-broker/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Has a span of each request; what was asked for is only known by its route. */
export function traceRequests(app: FastifyInstance, traces: Traces): void {
  if (!traces.isOn) return;
  const spans = new WeakMap<FastifyRequest, TracedSpan>();
  app.addHook('onRequest', async (request) => {
    const { method, routeOptions, headers } = request;
    const route = routeOptions.url ?? 'none';
    const parent = typeof headers['traceparent'] === 'string' ? headers['traceparent'] : undefined;
    const attributes = { 'http.request.method': method, 'http.route': route };
    spans.set(request, traces.begin(`${method} ${route}`, { kind: 'server', parent, attributes }));
  });
  app.addHook('onResponse', async (request, { statusCode }) => {
    spans.get(request)?.end(statusCode >= 500 ? `status ${statusCode}` : undefined);
  });
}
