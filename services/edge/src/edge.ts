import type { AddressInfo, Server } from 'node:net';
import { prepareIssuers } from '@dasf-broker/access';
import { serveConnections } from '@dasf-broker/connections';
import { ServiceTokens, Tickets } from '@dasf-broker/credentials';
import { Appender, ConnectionWatch, LogStreams, subscribeAnnouncements } from '@dasf-broker/log';
import { closeNats, connectNats, Refusals, whenPrepared } from '@dasf-broker/nats';
import { TopicRegistry } from '@dasf-broker/registry';
import {
  type Check,
  createLogger,
  type Logger,
  type Metrics,
  type Monitoring,
  openMonitoring,
  openTraces,
} from '@dasf-broker/telemetry';
import { AcknowledgementRounds } from './acknowledgement-rounds.ts';
import { AnnouncementWatch } from './announcement-watch.ts';
import { checkRights } from './check-rights.ts';
import type { EdgeConfig } from './config.ts';
import { ConnectionDirectory } from './connection-directory.ts';
import { Connections } from './connections.ts';
import type { EdgeContext } from './context.ts';
import { Gate } from './gate.ts';
import { Heartbeat } from './heartbeat.ts';
import { LargeFrames } from './large-frames.ts';
import { Lease } from './lease.ts';
import { EdgeLimits } from './limits/edge-limits.ts';
import { OutstandingQuota } from './limits/outstanding-quota.ts';
import { TopicQuota } from './limits/topic-quota.ts';
import { NatsPorts } from './nats-ports.ts';
import { edgeMetrics } from './observe/edge-metrics.ts';
import { readEdge } from './observe/edge-readings.ts';
import { UnreadableMessages } from './observe/unreadable-messages.ts';
import { watchReconnects } from './reconnect-watch.ts';
import { ServiceTokenGuard } from './service-token-guard.ts';
import { TopicFeeds } from './topic-feed.ts';
import { createUpgradeServer } from './upgrade-server.ts';

export interface EdgeOverrides {
  readonly logger?: Logger;
}

/** A running edge. Disposing of it drains: what was received is answered first. */
export interface Edge extends AsyncDisposable {
  /** Where the websocket addresses begin: `ws://127.0.0.1:8080/ws/`. */
  readonly address: string;
  /** How much of what it takes on is in use, and which limits were met how often. */
  readonly limits: EdgeLimits;
  readonly monitoring: Monitoring;
}

/**
 * Starts an edge: waits for NATS and for what the migration makes there, then listens.
 *
 * @throws {NatsRefused} where NATS does not give it its rights
 * @throws what listening throws, such as `EADDRINUSE`
 */
export async function createEdge(config: EdgeConfig, overrides: EdgeOverrides = {}): Promise<Edge> {
  await using opening = new AsyncDisposableStack();
  const logger = overrides.logger ?? createLogger({ name: 'edge', level: config.logLevel });
  prepareIssuers(config.access.issuers, (issuer, err) =>
    logger.warn({ err, issuer }, 'the keys of an issuer cannot be read'),
  );
  const monitoring = opening.use(await openMonitoring(config.internal));
  const context = await openContext(config, logger, monitoring.metrics, opening);
  const feeds = opening.use(new TopicFeeds(context));
  const announcements = new AnnouncementWatch(context.lease, feeds);
  const { nc, subjects } = context;
  opening.adopt(
    subscribeAnnouncements(
      nc,
      subjects,
      (announcement) => {
        announcements.take(announcement);
        context.outstandingQuota.hear(announcement);
      },
      (error) => context.unreadable.note('announcement', error),
    ),
    (subscription) => subscription.close(),
  );
  const connections = new Connections(new ConnectionDirectory(context.lease));
  opening.adopt(serveConnections(nc, subjects, connections.directory), (serving) => serving.close());
  await checkRights(context);
  const heartbeat = opening.use(new Heartbeat(config.pingInterval, config.pongTimeout));
  const gate = new Gate(context, feeds, connections, heartbeat);
  const server = createUpgradeServer(gate, context.limits);
  await listen(server, config);
  // Such as no file descriptor for another connection: those that are open go on.
  server.on('error', (error) => {
    context.limits.watch.hit('file descriptors');
    logger.debug({ err: error }, 'a connection could not be taken');
  });
  opening.defer(async () => {
    monitoring.readiness.drain();
    gate.close();
    server.close();
    await gate.settled();
    await connections.settled(config.drainTimeout);
    await connections.end();
    context.limits.waiting.endLate(0);
  });
  void watchReconnects(nc, feeds, logger);
  monitoring.readiness.begin(checksOf(context));

  const { address, port } = server.address() as AddressInfo;
  const host = address.includes(':') ? `[${address}]` : address;
  logger.info({ address: `${host}:${port}` }, 'listening');
  const closing = opening.move();
  return {
    address: new URL(config.route.replace(/^\/+/, ''), `ws://${host}:${port}/`).href,
    limits: context.limits,
    monitoring,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function openContext(
  config: EdgeConfig,
  logger: Logger,
  metrics: Metrics,
  opening: AsyncDisposableStack,
): Promise<EdgeContext> {
  logger.info('connecting to NATS');
  const { nc, bulk, refusals, whenThere } = await openNats(config, logger, opening);
  const connection = opening.use(new ConnectionWatch(nc));
  const streams = await whenThere(() => LogStreams.open(nc, config.log));
  const { subjects } = streams;
  const registry = opening.use(await whenThere(() => TopicRegistry.open(nc, config.log)));
  const serviceTokens = opening.use(await whenThere(() => ServiceTokens.open(nc, config.log)));
  const tokenGuard = opening.use(new ServiceTokenGuard(serviceTokens));
  const appender = opening.use(new Appender(nc, subjects, { deadline: config.publishDeadline, bulk }));
  const lease = opening.use(new Lease(nc, subjects));
  const counters = edgeMetrics(metrics);
  const traces = opening.use(openTraces('dasf-edge', config.traces));
  const unreadable = new UnreadableMessages(counters.unreadable, logger);
  const ports = new NatsPorts(nc, streams, unreadable, bulk);
  const limits = opening.use(new EdgeLimits(config.limits, config.trustedProxies, logger));
  const frames = new LargeFrames(config.frameReadBytes, () => limits.watch.hit('large frames being read'));
  const delivering = { log: ports, live: ports, stores: ports, frames, connection };
  const tickets = await whenThere(() => Tickets.open(nc, config.log));
  const tokens = { serviceTokens, tokenGuard, tickets };
  const topicQuota = opening.use(new TopicQuota(config.limits, registry, limits.watch));
  const bounds = { limits, topicQuota, outstandingQuota: new OutstandingQuota(limits.watch) };
  readEdge(metrics, { limits, registry, frames }, { main: nc, bulk });
  return {
    config,
    nc,
    refusals,
    subjects,
    streams,
    registry,
    appender,
    logger,
    lease,
    ...delivering,
    ...tokens,
    ...bounds,
    rounds: new AcknowledgementRounds(),
    metrics: counters,
    traces,
    unreadable,
  };
}

/**
 * What an edge cannot do without: it decides by the registry, and what it takes must become durable. Of a log that
 * takes nothing it tells, and is ready: it delivers what there is, and another edge would be no better off.
 */
function checksOf({ refusals, registry, appender }: EdgeContext): Check[] {
  const look = async () => {
    if (registry.isStale) throw new Error(`the copy is ${Math.round(registry.age / 1000)} s old`);
  };
  return [
    { name: 'nats', look: () => refusals.settled() },
    { name: 'registry', look },
    { name: 'log', look: () => refuseFaults(appender), optional: true },
  ];
}

async function refuseFaults({ faults }: Appender): Promise<void> {
  if (faults.size === 0) return;
  const each = [...faults]
    .toSorted(([a], [b]) => a - b)
    .map(([number, why]) => `partition ${number}: ${why}`);
  throw new Error(each.join(' '));
}

async function openNats(config: EdgeConfig, logger: Logger, opening: AsyncDisposableStack) {
  const waiting = (err: Error) => logger.warn({ err }, 'waiting for NATS');
  const refused = (err: Error) => logger.error({ err }, 'NATS refuses this edge');
  const login = { url: config.natsUrl, ...config.natsLogin, client: 'edge', waiting };
  const nc = opening.adopt(await connectNats(login), closeNats);
  const bulk = opening.adopt(await connectNats({ ...login, purpose: 'bulk' }), closeNats);
  opening.use(new Refusals(bulk, refused));
  const refusals = opening.use(new Refusals(nc, refused));
  const whenThere = <T>(open: () => Promise<T>) => whenPrepared(open, { waiting });
  return { nc, bulk, refusals, whenThere };
}

function listen(server: Server, { host, port }: EdgeConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
