import type { LogStreams } from '@dasf-broker/log';
import type { PartitionHealth } from '../worker/partition-worker.ts';

/** How a partition's log and its fold stand to each other. */
export interface PartitionLook {
  readonly partition: number;
  readonly cursor: number;
  /** Events that are not folded yet. */
  readonly behind: number;
  /** How long ago the first of them was stored; 0 where there is none. */
  readonly behindSeconds: number;
  readonly logEvents: number;
  readonly logBytes: number;
  readonly logMaxBytes: number | undefined;
}

/** All metrics of one scrape are of one look. */
const FRESH_MS = 500;

/** Looks at the partitions that this store leads; who asks at the same time shares the answer. */
export function partitionLooks(
  streams: Pick<LogStreams, 'extent' | 'timeOf'>,
  health: () => readonly PartitionHealth[],
): () => Promise<readonly PartitionLook[]> {
  let at = Number.NEGATIVE_INFINITY;
  let looks: Promise<readonly PartitionLook[]> = Promise.resolve([]);
  return () => {
    if (performance.now() - at < FRESH_MS) return looks;
    at = performance.now();
    const led = health().filter(({ leader }) => leader);
    looks = Promise.all(led.map((partition) => lookAt(streams, partition)));
    return looks;
  };
}

async function lookAt(
  streams: Pick<LogStreams, 'extent' | 'timeOf'>,
  { partition, cursor }: PartitionHealth,
): Promise<PartitionLook> {
  const log = await streams.extent(partition);
  const behind = Math.max(log.last - cursor, 0);
  // What is behind the cursor may be gone (a halted partition): then the log's first event is the oldest.
  const next = Math.max(cursor + 1, log.first);
  const since = behind > 0 ? await streams.timeOf(partition, next) : undefined;
  return {
    partition,
    cursor,
    behind,
    behindSeconds: since === undefined ? 0 : Math.max(log.now - since, 0) / 1000,
    logEvents: log.last === 0 ? 0 : Math.max(log.last - log.first + 1, 0),
    logBytes: log.bytes,
    logMaxBytes: log.maxBytes,
  };
}
