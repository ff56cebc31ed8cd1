import { Appender, LogStreams } from '@dasf-broker/log';
import { closeNats, connectNats, Refusals, refusalIn, whenPrepared } from '@dasf-broker/nats';
import { openReadModel, SchemaCheck } from '@dasf-broker/readmodel';
import { TopicRegistry } from '@dasf-broker/registry';
import {
  type Check,
  createLogger,
  type Logger,
  type Monitoring,
  openMonitoring,
  openTraces,
} from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { sql } from 'kysely';
import { EdgeWatch } from './chores/edge-watch.ts';
import type { StoreConfig } from './config.ts';
import { NatsLink } from './nats-link.ts';
import { storeMetrics } from './observe/store-metrics.ts';
import { readStore } from './observe/store-readings.ts';
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
  /** Resolves when it can be watched, which is before it does anything. */
  readonly monitoring: Promise<Monitoring>;
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
  const health = () => workers.map((worker) => worker.health);
  const monitoring = openMonitoring(config.internal);
  const running = run();

  async function run(): Promise<void> {
    const { signal } = ending;
    await using watched = await monitoring;
    const { metrics, readiness } = watched;
    signal.addEventListener('abort', () => readiness.drain());
    const waiting = (err: Error) => logger.warn({ err }, 'waiting for NATS');
    const { natsUrl: url, natsLogin } = config;
    const connecting = connectNats({ url, ...natsLogin, client: 'store', waiting, signal });
    const nc = await untilAborted(connecting, signal);
    if (!nc) return;
    await using resources = new AsyncDisposableStack();
    resources.defer(() => closeNats(nc));
    const refusals = new Refusals(nc, (err) => logger.error({ err }, 'NATS refuses this store'));
    resources.use(refusals);
    const poolSize = WRITER_CONNECTIONS * config.log.partitions;
    const readModel = resources.use(await openReadModel(config.databaseUrl, { poolSize }));
    const questions = resources.use(
      await openReadModel(config.databaseUrl, { poolSize: QUESTION_CONNECTIONS }),
    );
    const schema = new SchemaCheck(readModel.database, (migrations) =>
      logger.warn({ migrations }, 'the database was migrated by a newer version; this one goes on'),
    );
    const traces = resources.use(openTraces('dasf-store', config.traces));
    const link = new NatsLink(nc);
    const whenThere = <T>(open: () => Promise<T>) =>
      retry(logger, signal, () => whenPrepared(open, { waiting, signal }));
    const streams = await whenThere(() => LogStreams.open(nc, config.log));
    const registry = await whenThere(() => TopicRegistry.open(nc, config.log));
    if (!streams || !registry) return;
    resources.use(registry);
    const { subjects } = streams;
    const appender = resources.use(new Appender(nc, subjects, { deadline: times.append }));
    const edges = resources.use(new EdgeWatch(nc, link, subjects));
    const parts: StoreParts = {
      config,
      nc,
      link,
      streams,
      registry,
      appender,
      readModel,
      questions,
      schema,
      edges,
      times,
      logger,
      metrics: storeMetrics(metrics),
      traces,
    };
    readStore(metrics, { nc, streams, registry, health });
    readiness.begin(checksOf(refusals, parts, health));
    for (let partition = 0; partition < config.log.partitions; partition += 1) {
      workers.push(new PartitionWorker(parts, partition));
    }
    void Promise.all(workers.map((worker) => worker.ready))
      .then(() => refusals.settled())
      .then(ready.resolve, (error: unknown) => {
        // What edges ask would not reach this store.
        if (!refusalIn(error)) ready.resolve();
      });
    await Promise.all(workers.map((worker) => worker.run(signal)));
  }

  return {
    ready: ready.promise,
    monitoring,
    health,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await running;
    },
  };
}

/** A partition that is halted needs an operator, not another store: it is told, and the store counts as ready. */
function checksOf(
  refusals: Refusals,
  { readModel, schema }: Pick<StoreParts, 'readModel' | 'schema'>,
  health: Store['health'],
): Check[] {
  const partitions = async () => {
    const faulty = health().filter(({ state }) => state === 'halted' || state === 'degraded');
    if (faulty.length === 0) return;
    throw new Error(faulty.map(({ partition, state }) => `${partition} is ${state}`).join(', '));
  };
  return [
    { name: 'nats', look: () => refusals.settled() },
    { name: 'database', look: () => sql`select 1`.execute(readModel.database) },
    { name: 'schema', look: () => schema.pass() },
    { name: 'partitions', look: partitions, optional: true },
  ];
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
      if (signal.aborted) return undefined;
      logger.error({ err: error }, 'log or registry cannot be opened; trying again');
      await backoff.wait(signal);
    }
  }
  return undefined;
}
