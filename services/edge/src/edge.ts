import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Appender, connectNats, LogStreams } from '@dasf-broker/log';
import { TopicRegistry } from '@dasf-broker/registry';
import { createLogger, type Logger } from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EdgeConfig } from './config.ts';
import { Connections } from './connections.ts';
import type { EdgeContext } from './context.ts';
import { Gate } from './gate.ts';
import { Heartbeat } from './heartbeat.ts';
import { TopicFeeds } from './topic-feed.ts';

export interface EdgeOverrides {
  readonly logger?: Logger;
}

/** A running edge. Disposing of it drains: what was received is answered first. */
export interface Edge extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** How often an edge says that it lives; a store believes it gone after 30 s. */
const LEASE_RENEWAL_MS = 5000;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Starts an edge: waits for NATS, then listens. */
export async function createEdge(config: EdgeConfig, overrides: EdgeOverrides = {}): Promise<Edge> {
  const logger = overrides.logger ?? createLogger({ name: 'edge', level: config.logLevel });
  const edge = crypto.randomUUID();
  const nc = await connectNats({ url: config.natsUrl, name: `dasf-edge ${edge}` });
  const streams = await LogStreams.open(nc, config.log);
  const { subjects } = streams;
  const registry = await TopicRegistry.open(nc, config.log);
  const appender = new Appender(nc, subjects, { deadline: config.publishDeadline });
  const context: EdgeContext = { config, nc, subjects, streams, registry, appender, logger, edge };

  const feeds = new TopicFeeds(context);
  const heartbeat = new Heartbeat(config.pingInterval, config.pongTimeout);
  const connections = new Connections();
  const gate = new Gate(context, feeds, connections, heartbeat);
  const server = createServer({ requestTimeout: HANDSHAKE_TIMEOUT_MS }, (_request, response) => {
    response.writeHead(426, { 'Content-Type': 'application/json', Upgrade: 'websocket' });
    response.end('{"status":426,"code":"UPGRADE_REQUIRED","detail":"This address speaks websocket only."}\n');
  });
  server.headersTimeout = HANDSHAKE_TIMEOUT_MS;
  server.on('upgrade', (request, socket, head) => void gate.receive(request, socket, head));
  await listen(server, config);
  const lease = setInterval(() => nc.publish(subjects.edgeHeartbeat(edge)), LEASE_RENEWAL_MS);
  void watchConnection(nc, feeds, logger);
  const { address, port } = server.address() as AddressInfo;

  return {
    host: address,
    port,
    async [Symbol.asyncDispose]() {
      gate.close();
      server.close();
      await connections.settled(config.drainTimeout);
      await connections.end();
      server.closeAllConnections();
      clearInterval(lease);
      heartbeat[Symbol.dispose]();
      feeds[Symbol.dispose]();
      await appender[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
      await nc.close();
    },
  };
}

function listen(server: ReturnType<typeof createServer>, { host, port }: EdgeConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What passed while NATS was away is in the log: consumers catch up from there (DLV-7). */
async function watchConnection(nc: NatsConnection, feeds: TopicFeeds, logger: Logger): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === 'disconnect') logger.warn('lost the connection to NATS');
    if (type !== 'reconnect') continue;
    logger.info('connected to NATS again');
    feeds.interrupted();
  }
}
