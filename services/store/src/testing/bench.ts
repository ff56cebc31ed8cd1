import { Appender, type LogEvent, type LogOptions, LogStreams, prepareLog } from '@dasf-broker/log';
import { closeNats, connectNats } from '@dasf-broker/nats';
import { applyRights, migrate, openReadModel, type ReadModel } from '@dasf-broker/readmodel';
import { createDatabase, createRole, eventually, randomNamespace } from '@dasf-broker/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { inject } from 'vitest';
import type { KeepingRules, StoreConfig } from '../config.ts';
import { createStore, type Store, type StoreOverrides } from '../store.ts';

/** A log and a database of a test's own, and the stores that work between them. */
export interface Bench extends AsyncDisposable {
  readonly config: StoreConfig;
  readonly nc: NatsConnection;
  readonly streams: LogStreams;
  readonly readModel: ReadModel;
  /** The database, with no more rights than a store needs. */
  readonly storeUrl: string;
  append(...events: LogEvent[]): Promise<void>;
  appendTo(partition: number, ...events: LogEvent[]): Promise<void>;
  /** With no more rights on the database than a store needs. */
  startStore(overrides?: StoreOverrides): Store;
  /** Waits until the log is folded up to its end, which is that of partition 0. @param patience milliseconds */
  folded(patience?: number): Promise<number>;
}

const KEEPING: KeepingRules = {
  responseRetention: 'cache',
  responseTopicIdle: 600_000,
  requestRetention: 86_400_000,
  messageMaxAge: undefined,
  auditRetention: 365 * 86_400_000,
  maxOutstandingBytesPerUser: 10 * 1024 ** 3,
  logRetention: 86_400_000,
  backupRetention: 604_800_000,
};

export async function createBench(
  log: Partial<LogOptions> = {},
  keeping: Partial<KeepingRules> = {},
): Promise<Bench> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createDatabase(inject('databaseUrl')));
  await migrate(database.url);
  const role = opening.use(await createRole(database.url));
  await applyRights(database.url, { store: role.name });
  const config: StoreConfig = {
    natsUrl: inject('natsUrl'),
    databaseUrl: database.url,
    log: { namespace: randomNamespace(), partitions: 1, replicas: 1, dedupWindow: 600_000, ...log },
    keeping: { ...KEEPING, ...keeping },
    logLevel: process.env['DASF_LOG_LEVEL'] ?? 'silent',
  };
  const nc = await connectNats({ url: config.natsUrl, client: 'test' });
  opening.defer(() => closeNats(nc));
  await prepareLog(nc, config.log);
  const streams = await LogStreams.open(nc, config.log);
  const readModel = opening.use(await openReadModel(database.url));
  const appender = opening.use(new Appender(nc, streams.subjects, { deadline: 5000 }));
  const stores = opening.use(new AsyncDisposableStack());
  const closing = opening.move();
  return {
    config,
    nc,
    streams,
    readModel,
    storeUrl: role.url,
    append: (...events) => appender.append(0, ...events),
    appendTo: (partition, ...events) => appender.append(partition, ...events),
    startStore: (overrides) => stores.use(createStore({ ...config, databaseUrl: role.url }, overrides)),
    folded: async (patience = 20_000) => {
      for (let partition = config.log.partitions - 1; ; partition -= 1) {
        const { last } = await streams.end(partition);
        await eventually(async () => (await cursorOf(readModel, partition)) >= last, patience);
        if (partition === 0) return last;
      }
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** The rows of a query that a test wants to see. */
export async function select(readModel: ReadModel, query: string): Promise<Record<string, unknown>[]> {
  return await readModel.entities().execute<Record<string, unknown>[]>(query);
}

async function cursorOf(readModel: ReadModel, partition: number): Promise<number> {
  const [row] = await select(readModel, `select seq from projection where partition = ${partition}`);
  return Number(row?.['seq'] ?? 0);
}
