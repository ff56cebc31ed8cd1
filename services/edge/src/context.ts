import type { ServiceTokens, Tickets } from '@dasf-broker/credentials';
import type { Appender, ConnectionWatch, LogStreams, Subjects } from '@dasf-broker/log';
import type { TopicRegistry } from '@dasf-broker/registry';
import type { Logger } from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EdgeConfig } from './config.ts';
import type { Lease } from './lease.ts';
import type { ServiceTokenGuard } from './service-token-guard.ts';

/** What every connection of an edge shares. */
export interface EdgeContext {
  readonly config: EdgeConfig;
  readonly nc: NatsConnection;
  readonly connection: ConnectionWatch;
  readonly subjects: Subjects;
  readonly streams: LogStreams;
  readonly registry: TopicRegistry;
  readonly serviceTokens: ServiceTokens;
  readonly tokenGuard: ServiceTokenGuard;
  readonly tickets: Tickets;
  readonly appender: Appender;
  readonly logger: Logger;
  readonly lease: Lease;
}
