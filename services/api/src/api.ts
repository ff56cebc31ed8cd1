import { prepareIssuers } from '@dasf-broker/access';
import { EdgeConnections } from '@dasf-broker/connections';
import { ServiceTokens, TICKET_LIFETIME_MS, Tickets } from '@dasf-broker/credentials';
import { Appender, LogStreams } from '@dasf-broker/log';
import { closeNats, connectNats, Refusals, whenPrepared } from '@dasf-broker/nats';
import { SchemaOlder } from '@dasf-broker/readmodel';
import { TopicRegistry } from '@dasf-broker/registry';
import {
  createLogger,
  type Logger,
  type Monitoring,
  openMonitoring,
  openTraces,
  watchNats,
  watchRegistry,
} from '@dasf-broker/telemetry';
import { AuditTrail } from './audit/trail.ts';
import type { ApiConfig } from './config.ts';
import { reachable } from './messages/reader.ts';
import { Resender } from './messages/resender.ts';
import { apiMetrics } from './observe/api-metrics.ts';
import { createServer } from './server.ts';
import { Prober } from './status/prober.ts';
import { openReader, type SchemaReader } from './status/read-model-reader.ts';
import { inTime, type TopicStatusReader, withDeadline } from './status/reader.ts';
import { TicketQuota } from './tickets/quota.ts';
import { Administration } from './topics/administration.ts';
import { collectUnused } from './topics/collecting.ts';

/** The running service; disposing of it ends requests that are under way, then its connections. */
export interface Api extends AsyncDisposable {
  /** Where status and ping are: `http://127.0.0.1:8081/dasf-broker-django/`. */
  readonly address: string;
  readonly monitoring: Monitoring;
}

export interface ApiOverrides {
  readonly reader?: TopicStatusReader;
  readonly logger?: Logger;
}

const APPEND_DEADLINE_MS = 5000;
/** A database that does not answer is as good as away. */
const READ_DEADLINE_MS = 1500;
/** Shorter than readiness waits. */
const SCHEMA_DEADLINE_MS = 500;

/**
 * Connects, waiting for NATS and for what the migration makes there as long as it takes, and listens.
 *
 * @throws {NatsRefused} where NATS does not give it its rights
 * @throws what listening throws, such as `EADDRINUSE`
 */
export async function createApi(config: ApiConfig, overrides: ApiOverrides = {}): Promise<Api> {
  await using stack = new AsyncDisposableStack();
  const logger = overrides.logger ?? createLogger({ name: 'api', level: config.logLevel });
  prepareIssuers(config.access.issuers, (issuer, err) =>
    logger.warn({ err, issuer }, 'the keys of an issuer cannot be read'),
  );
  const monitoring = stack.use(await openMonitoring(config.internal));
  logger.info('connecting to NATS');
  const waiting = (err: Error) => logger.warn({ err }, 'waiting for NATS');
  const whenThere = <T>(open: () => Promise<T>) => whenPrepared(open, { waiting });
  const login = { url: config.natsUrl, ...config.natsLogin, client: 'api', waiting };
  const nats = stack.adopt(await connectNats(login), closeNats);
  const refusals = stack.use(new Refusals(nats, (err) => logger.error({ err }, 'NATS refuses this api')));
  const streams = await whenThere(() => LogStreams.open(nats, config.log));
  const registry = stack.use(await whenThere(() => TopicRegistry.open(nats, config.log)));
  const serviceTokens = stack.use(await whenThere(() => ServiceTokens.open(nats, config.log)));
  const tickets = await whenThere(() => Tickets.open(nats, config.log));
  const appender = stack.use(new Appender(nats, streams.subjects, { deadline: APPEND_DEADLINE_MS }));
  const readModel = stack.use(
    await openReader(config.databaseUrl, (migrations) =>
      logger.warn({ migrations }, 'the database was migrated by a newer version; this one goes on'),
    ),
  );
  const reader = withDeadline(overrides.reader ?? readModel, READ_DEADLINE_MS);
  const metrics = apiMetrics(monitoring.metrics);
  const traces = stack.use(openTraces('dasf-api', config.traces));
  watchNats(monitoring.metrics, { main: nats });
  watchRegistry(monitoring.metrics, registry);
  const messages = reachable(readModel, READ_DEADLINE_MS);
  const server = stack.adopt(
    createServer({
      registry,
      serviceTokens,
      tickets,
      ticketQuota: new TicketQuota(config.maxTicketsPerUser, TICKET_LIFETIME_MS),
      reader,
      messages,
      auditReader: messages,
      resender: new Resender({ registry, appender, messages }),
      appender,
      folding: { streams, reader },
      connections: stack.use(new EdgeConnections(nats, streams.subjects)),
      collectUnused: (topic) => collectUnused(nats, streams.subjects, topic),
      trail: new AuditTrail(appender, logger),
      logger,
      metrics,
      traces,
      access: config.access,
      route: config.route,
      websocketUrl: config.websocketUrl,
      trustedProxies: config.trustedProxies,
      prober: new Prober({ appender, streams, reader, metrics, wait: config.pingWait }),
      administration: new Administration({ registry, appender, logger, partitions: streams.partitions }),
    }),
    (app) => {
      monitoring.readiness.drain();
      return app.close();
    },
  );
  const origin = await server.listen({ host: config.host, port: config.port });
  monitoring.readiness.begin([
    { name: 'nats', look: () => refusals.settled() },
    // Without the database the status of topics is unknown, and everything else goes on.
    { name: 'database', look: () => reader.foldedUpTo(0), optional: true },
    { name: 'schema', look: () => refuseOlder(readModel) },
  ]);
  logger.info({ address: origin }, 'listening');
  void refuseOlder(readModel).catch((error: Error) => logger.error(error.message));
  const running = stack.move();
  return {
    address: config.route === '' ? `${origin}/` : `${origin}/${config.route}/`,
    monitoring,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A database that does not say which schema it has is away, and an api goes on without it. */
async function refuseOlder(reader: SchemaReader): Promise<void> {
  await inTime(reader.schema(), SCHEMA_DEADLINE_MS).catch((error: unknown) => {
    if (error instanceof SchemaOlder) throw error;
  });
}
