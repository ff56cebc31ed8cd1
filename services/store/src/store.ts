import { Appender, closeNats, connectNats, LogStreams } from '@dasf-broker/log';
import { openReadModel } from '@dasf-broker/readmodel';
import { TopicRegistry } from '@dasf-broker/registry';
import { createLogger, type Logger } from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { EdgeWatch } from './chores/edge-watch.ts';
import type { StoreConfig } from './config.ts';
import { NatsLink } from './nats-link.ts';
import { STORE_TIMES, type StoreTimes } from './times.ts';
import { type PartitionHealth, PartitionWorker } from './worker/partition-worker.ts';
import type { StoreParts } from './worker/parts.ts';
import { Backoff } from './worker/pause.ts';

export interface StoreOverrides {
  readonly logger?: Logger;
  readonly times?: Partial<StoreTimes>;
}

export interface Store extends AsyncDisposable {
  /** Resolves when every partition is cared for, by this store or another one. */
  readonly ready: Promise<void>;
  /** Partition by partition; empty while NATS is away at the start. */
  health(): readonly PartitionHealth[];
}

/** For a partition: its run of events, its lease, and a chore. */
const WRITER_CONNECTIONS = 3;
const QUESTION_CONNECTIONS = 8;

/**
 * Folds the log into PostgreSQL and answers what is outstanding, until it is disposed. Returns at once: where
 * NATS or PostgreSQL are away, it waits for them, for ever.
 */
export function createStore(config: StoreConfig, overrides: StoreOverrides = {}): Store {
  const logger = overrides.logger ?? createLogger({ name: 'store', level: config.logLevel });
  const times = { ...STORE_TIMES, ...overrides.times };
  const ending = new AbortController();
  const ready = Promise.withResolvers<void>();
  const workers: PartitionWorker[] = [];
  const running = run();

  async function run(): Promise<void> {
    const nc = await untilAborted(connectNats({ url: config.natsUrl, name: 'dasf-store' }), ending.signal);
    if (!nc) return;
    await using resources = new AsyncDisposableStack();
    resources.defer(() => closeNats(nc));
    const poolSize = WRITER_CONNECTIONS * config.log.partitions;
    const readModel = resources.use(await openReadModel(config.databaseUrl, { poolSize }));
    const questions = resources.use(
      await openReadModel(config.databaseUrl, { poolSize: QUESTION_CONNECTIONS }),
    );
    const link = new NatsLink(nc);
    const opened = await retry(logger, ending.signal, async () => ({
      streams: await LogStreams.open(nc, config.log),
      registry: await TopicRegistry.open(nc, config.log),
    }));
    if (!opened) return;
    resources.use(opened.registry);
    const { subjects } = opened.streams;
    const appender = resources.use(new Appender(nc, subjects, { deadline: times.append }));
    const edges = resources.use(new EdgeWatch(nc, link, subjects));
    const parts: StoreParts = {
      config,
      nc,
      link,
      ...opened,
      appender,
      readModel,
      questions,
      edges,
      times,
      logger,
    };
    for (let partition = 0; partition < config.log.partitions; partition += 1) {
      workers.push(new PartitionWorker(parts, partition));
    }
    void Promise.all(workers.map((worker) => worker.ready))
      .then(() => nc.flush())
      .then(ready.resolve, ready.resolve);
    await Promise.all(workers.map((worker) => worker.run(ending.signal)));
  }

  return {
    ready: ready.promise,
    health: () => workers.map((worker) => worker.health),
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await running;
    },
  };
}

/** What comes after the end is closed at once. */
async function untilAborted(
  pending: Promise<NatsConnection>,
  signal: AbortSignal,
): Promise<NatsConnection | undefined> {
  const aborted = new Promise<undefined>((resolve) =>
    signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  const first = await Promise.race([pending, aborted]);
  if (!first) pending.then(closeNats).catch(() => {});
  return first;
}

async function retry<T>(logger: Logger, signal: AbortSignal, open: () => Promise<T>): Promise<T | undefined> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    try {
      return await open();
    } catch (error) {
      logger.warn({ err: error }, 'log and registry cannot be opened; trying again');
      await backoff.wait(signal);
    }
  }
  return undefined;
}
