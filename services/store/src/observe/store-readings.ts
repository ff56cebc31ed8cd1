import type { LogStreams } from '@dasf-broker/log';
import type { TopicRegistry } from '@dasf-broker/registry';
import { type Metrics, watchNats, watchRegistry } from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { PartitionHealth } from '../worker/partition-worker.ts';
import { type PartitionLook, partitionLooks } from './partition-look.ts';

export interface Observed {
  readonly nc: NatsConnection;
  readonly streams: Pick<LogStreams, 'extent' | 'timeOf'>;
  readonly registry: Pick<TopicRegistry, 'age' | 'size'>;
  readonly health: () => readonly PartitionHealth[];
}

const OF_PARTITIONS: readonly [
  name: string,
  help: string,
  of: (look: PartitionLook) => number | undefined,
][] = [
  ['dasf_store_cursor', 'The sequence up to which a partition is folded.', (look) => look.cursor],
  ['dasf_store_lag_events', 'Events of a partition that are not folded yet.', (look) => look.behind],
  [
    'dasf_store_lag_seconds',
    'How long ago the oldest event that is not folded yet was stored.',
    (look) => look.behindSeconds,
  ],
  ['dasf_store_log_events', "Events that a partition's log holds.", (look) => look.logEvents],
  ['dasf_store_log_bytes', "Bytes that a partition's log holds.", (look) => look.logBytes],
  [
    'dasf_store_log_max_bytes',
    "Bytes that a partition's log may hold, where it has a limit.",
    (look) => look.logMaxBytes,
  ],
];

/** What is looked up when somebody asks for the metrics. Of a log, its partition's leader tells alone. */
export function readStore(metrics: Metrics, { nc, streams, registry, health }: Observed): void {
  watchNats(metrics, { main: nc });
  watchRegistry(metrics, registry);
  const flags = (name: string, help: string, of: (partition: PartitionHealth) => boolean) =>
    metrics.gaugeOf(name, help, ['partition'], () =>
      health().map((one) => [{ partition: String(one.partition) }, Number(of(one))] as const),
    );
  flags('dasf_store_leader', 'Whether this store folds a partition: 1 or 0.', ({ leader }) => leader);
  flags(
    'dasf_store_halted',
    'Whether a partition waits for an operator: 1 or 0.',
    ({ state }) => state === 'halted',
  );
  flags(
    'dasf_store_degraded',
    'Whether a partition waits for what will pass, such as a database that is away: 1 or 0.',
    ({ state }) => state === 'degraded',
  );
  const looks = partitionLooks(streams, health);
  for (const [name, help, of] of OF_PARTITIONS) {
    metrics.gaugeOf(name, help, ['partition'], async () =>
      (await looks()).flatMap((look) => {
        const value = of(look);
        return value === undefined ? [] : [[{ partition: String(look.partition) }, value] as const];
      }),
    );
  }
}
