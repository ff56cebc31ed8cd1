import type { ServiceTokens, Tickets } from '@dasf-broker/credentials';
import type { Appender, LogStreams, Subjects } from '@dasf-broker/log';
import type { Refusals } from '@dasf-broker/nats';
import type { TopicRegistry } from '@dasf-broker/registry';
import type { Logger, Traces } from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { AcknowledgingContext } from './acknowledgements.ts';
import type { EdgeConfig } from './config.ts';
import type { FrameSourceContext, LogReader } from './frame-source.ts';
import type { Lease } from './lease.ts';
import type { EdgeLimits } from './limits/edge-limits.ts';
import type { OutstandingQuota } from './limits/outstanding-quota.ts';
import type { TopicQuota } from './limits/topic-quota.ts';
import type { EdgeMetrics } from './observe/edge-metrics.ts';
import type { UnreadableMessages } from './observe/unreadable-messages.ts';
import type { ServiceTokenGuard } from './service-token-guard.ts';
import type { FeedContext } from './topic-feed.ts';

/** What is needed to tell the log of something, and to say so where that fails. */
export interface RecordingContext {
  readonly appender: Pick<Appender, 'append'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What consumer connections share. */
export interface ConsumerContext extends FeedContext, FrameSourceContext, AcknowledgingContext {
  readonly log: LogReader;
  readonly registry: Pick<TopicRegistry, 'get' | 'isStale' | 'lead' | 'update' | 'onChange'>;
  readonly lease: Pick<Lease, 'edge'>;
  readonly tokenGuard: Pick<ServiceTokenGuard, 'isTrusted'>;
  readonly limits: Pick<EdgeLimits, 'settings' | 'watch' | 'unknownAcknowledgements' | 'consumerBuffers'>;
  readonly metrics: Pick<EdgeMetrics, 'deliveries' | 'bytesDelivered' | 'acknowledgements'>;
  readonly traces: Traces;
}

/** What every connection of an edge shares. */
export interface EdgeContext extends ConsumerContext {
  readonly config: EdgeConfig;
  readonly nc: NatsConnection;
  readonly refusals: Refusals;
  readonly subjects: Subjects;
  readonly streams: LogStreams;
  readonly registry: TopicRegistry;
  readonly serviceTokens: ServiceTokens;
  readonly tokenGuard: ServiceTokenGuard;
  readonly tickets: Tickets;
  readonly appender: Appender;
  readonly logger: Logger;
  readonly lease: Lease;
  readonly limits: EdgeLimits;
  readonly metrics: EdgeMetrics;
  readonly topicQuota: TopicQuota;
  readonly outstandingQuota: OutstandingQuota;
  readonly unreadable: UnreadableMessages;
}
