import swagger from '@fastify/swagger';
import swaggerPage from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import manifest from '../package.json' with { type: 'json' };
import { API_FAULTS } from './faults.ts';

/** RFC 9457, with a code that scripts can rely on. */
const PROBLEM = {
  description: 'Why not: `code` says so to scripts, `detail` to people',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'code', 'detail'],
        properties: {
          type: { type: 'string', const: 'about:blank' },
          title: { type: 'string' },
          status: { type: 'integer' },
          code: { type: 'string', enum: Object.keys(API_FAULTS) },
          detail: { type: 'string' },
        },
      },
    },
  },
};

/**
 * `/openapi.json`, made of the routes' own schemas, and a page to read it at `/documentation`. Neither needs a token:
 * both say what anybody can read in the source. To be called before there are routes.
 */
export function documentRoutes(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'DASF broker',
        description:
          'Status, ping, tickets and messages for users; topics, messages, connections, service tokens and the record of what was done for operators.',
        version: manifest.version,
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    transform: ({ schema, url }) => ({ schema: withProblem(schema), url }),
  });
  app.register(swaggerPage, { routePrefix: '/documentation', staticCSP: true });
  app.register(async (scope) => {
    scope.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
}

/** Any request may fail; what is answered then does not go through a route's own schemas. */
function withProblem<T extends object>(schema: T | undefined): T {
  const { response = {}, ...rest } = (schema ?? {}) as { response?: object };
  return { ...rest, response: { ...response, default: PROBLEM } } as unknown as T;
}
