import type { Appender, LogStreams } from '@dasf-broker/log';
import type { ReadModel, SchemaCheck } from '@dasf-broker/readmodel';
import type { TopicRegistry } from '@dasf-broker/registry';
import type { Logger, Traces } from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EdgeWatch } from '../chores/edge-watch.ts';
import type { StoreConfig } from '../config.ts';
import type { NatsLink } from '../nats-link.ts';
import type { StoreMetrics } from '../observe/store-metrics.ts';
import type { StoreTimes } from '../times.ts';

/** What the workers of a store share. */
export interface StoreParts {
  readonly config: Pick<StoreConfig, 'keeping' | 'log'>;
  readonly nc: NatsConnection;
  readonly link: NatsLink;
  readonly streams: LogStreams;
  readonly registry: TopicRegistry;
  readonly appender: Appender;
  /** For what the workers write. */
  readonly readModel: ReadModel;
  /** Connections apart, for what edges ask: a herd of questions must not cost a worker its lease. */
  readonly questions: ReadModel;
  readonly schema: SchemaCheck;
  readonly edges: EdgeWatch;
  readonly times: StoreTimes;
  readonly metrics: StoreMetrics;
  readonly traces: Traces;
  readonly logger: Logger;
}
