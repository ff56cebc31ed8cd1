import type { AccessSettings, ServiceTokenLookup } from '@dasf-broker/access';
import type { Logger, Traces } from '@dasf-broker/telemetry';
import cors from '@fastify/cors';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { ADMINISTRATION } from './addresses.ts';
import { sendProblem } from './answers.ts';
import { type AuditRoutes, auditRoutes } from './audit/routes.ts';
import { type ConnectionRoutes, connectionRoutes } from './connections/routes.ts';
import { documentRoutes } from './documentation.ts';
import { ApiFault } from './faults.ts';
import { requireAdminister, requireIdentity } from './identity.ts';
import { type MessageActRoutes, messageActRoutes } from './messages/operator-routes.ts';
import { type MessageRoutes, messageRoutes } from './messages/routes.ts';
import type { ApiMetrics } from './observe/api-metrics.ts';
import { observeRequests } from './observe/requests.ts';
import { traceRequests } from './observe/trace-requests.ts';
import { type ServiceTokenRoutes, serviceTokenRoutes } from './service-tokens/routes.ts';
import { type StatusRoutes, statusRoutes } from './status/routes.ts';
import { type TicketRoutes, ticketRoutes } from './tickets/routes.ts';
import { type TopicRoutes, topicRoutes } from './topics/routes.ts';

export interface ServerParts
  extends StatusRoutes,
    TopicRoutes,
    ServiceTokenRoutes,
    TicketRoutes,
    MessageRoutes,
    MessageActRoutes,
    AuditRoutes,
    ConnectionRoutes {
  readonly registry: StatusRoutes['registry'] & TopicRoutes['registry'];
  readonly access: AccessSettings;
  readonly serviceTokens: ServiceTokenRoutes['serviceTokens'] & ServiceTokenLookup;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly traces: Traces;
  readonly route: string;
  readonly trustedProxies: readonly string[];
}

/** A name of 255 characters of four bytes, percent-encoded. */
const LONGEST_PARAMETER = 255 * 12;

/** All routes on one server that does not listen yet. */
export function createServer(parts: ServerParts): FastifyInstance {
  const app = fastify({
    loggerInstance: parts.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    bodyLimit: 256 * 1024,
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAMETER },
    // What is not in a schema is an error, not something to leave out or to turn into what fits.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
  });
  observeRequests(app, parts.metrics);
  traceRequests(app, parts.traces);
  beNoPage(app);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new ApiFault('ADDRESS_UNKNOWN', 'There is nothing at this address.'), request, reply),
  );
  documentRoutes(app);
  app.register(
    async (scope) => {
      requireIdentity(scope, parts.access, { serviceTokens: parts.serviceTokens });
      requireAdminister(scope);
      // Any page may post text; JSON needs the browser to ask first.
      scope.removeContentTypeParser('text/plain');
      topicRoutes(scope, parts);
      serviceTokenRoutes(scope, parts);
      messageActRoutes(scope, parts);
      connectionRoutes(scope, parts);
      auditRoutes(scope, parts);
    },
    { prefix: ADMINISTRATION },
  );
  app.register(
    async (scope) => {
      requireIdentity(scope, parts.access, { serviceTokens: parts.serviceTokens });
      messageRoutes(scope, parts);
    },
    { prefix: ADMINISTRATION },
  );
  app.register(
    async (scope) => {
      // Before anybody is asked who he is: a browser's own question carries no token.
      await answerPages(scope, parts.access);
      requireIdentity(scope, parts.access, { serviceTokens: parts.serviceTokens });
      ignoreBodies(scope);
      statusRoutes(scope, parts);
      ticketRoutes(scope, parts);
    },
    { prefix: `/${parts.route}` },
  );
  return app;
}

/** Answers repeat what was asked for: no browser shall take them for a page (T37). */
function beNoPage(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  });
}

/** A form posts its fields, a script `{}`: none of it matters to a ping. */
function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
}

/** AUT-7: pages elsewhere that may use this broker may read its answers; operators' addresses are for no page. */
async function answerPages(scope: FastifyInstance, { allowedOrigins }: AccessSettings): Promise<void> {
  await scope.register(cors, {
    origin: [...allowedOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type'],
    credentials: true,
    maxAge: 600,
  });
}
