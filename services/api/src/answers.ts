import { TICKET_LIFETIME_MS } from '@dasf-broker/credentials';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ADMINISTRATION } from './addresses.ts';
import { problemOf } from './problem.ts';

/** API-3: JSON for who asks for it; people in a browser get text. */
export function wantsJson(request: FastifyRequest): boolean {
  return /\bapplication\/(?:problem\+)?json\b/i.test(request.headers.accept ?? '');
}

/** Answers with an error, as JSON or as text. Only faults of this service are logged as such. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500)
    request.log.error({ err: error, code: problem.code, req: request.raw }, 'request failed');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) void reply.header('retry-after', '1');
  if (problem.status === 429) void reply.header('retry-after', TICKET_LIFETIME_MS / 1000);
  void reply.code(problem.status).header('cache-control', 'no-store');
  // The framework would put the answer through the schema of the route's good answers.
  void reply.serializer((payload) => (typeof payload === 'string' ? payload : JSON.stringify(payload)));
  if (request.url.startsWith(`${ADMINISTRATION}/`) || wantsJson(request)) {
    return reply.type('application/problem+json').send(problem);
  }
  return reply.type('text/plain; charset=utf-8').send(problem.detail);
}
