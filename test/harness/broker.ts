import { randomBytes } from 'node:crypto';
import { createApi, readApiConfig } from '@dasf-broker/api';
import { createEdge, readEdgeConfig } from '@dasf-broker/edge';
import { migrate } from '@dasf-broker/readmodel';
import { createStore, readStoreConfig, type StoreTimes } from '@dasf-broker/store';
import { createDatabase, randomNamespace } from '@dasf-broker/testing';
import { inject } from 'vitest';
import { type Target, targetAt } from './target.ts';

export interface BrokerOptions {
  readonly edges?: number;
  /** They share the log's four partitions by leases. */
  readonly stores?: number;
  readonly apis?: number;
  /** What of the stores' times a test cannot wait for. */
  readonly storeTimes?: Partial<StoreTimes>;
  /** `DASF_` variables for every service. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A whole broker in this process, on the shared servers, with names of its own. */
export interface Broker extends Target, AsyncDisposable {
  /** Where status and ping are, at one of the apis. */
  readonly api: string;
  readonly databaseUrl: string;
  readonly namespace: string;
  stopStores(): Promise<void>;
  startStores(): Promise<void>;
}

export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const { edges = 2, stores = 2, apis = 2, storeTimes = {}, settings = {} } = options;
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createDatabase(inject('databaseUrl')));
  const secret = randomBytes(32).toString('base64url');
  const namespace = randomNamespace();
  const env = {
    DASF_NATS_URL: inject('natsUrl'),
    DASF_DATABASE_URL: database.url,
    DASF_NAMESPACE: namespace,
    DASF_JWT_SECRET: secret,
    DASF_LOG_LEVEL: process.env['DASF_LOG_LEVEL'] ?? 'silent',
    DASF_EDGE_PORT: '0',
    DASF_API_PORT: '0',
    ...settings,
  };
  await migrate(database.url);
  const start = async () => {
    const started = Array.from({ length: stores }, () =>
      createStore(readStoreConfig(env), { times: storeTimes }),
    );
    await Promise.all(started.map((store) => store.ready));
    return started;
  };
  let running = await start();
  const stopStores = async () => {
    await Promise.all(running.map((store) => store[Symbol.asyncDispose]()));
    running = [];
  };
  opening.defer(stopStores);
  const edgeAddresses: string[] = [];
  for (let index = 0; index < edges; index += 1) {
    edgeAddresses.push(opening.use(await createEdge(readEdgeConfig(env))).address);
  }
  const apiAddresses: string[] = [];
  for (let index = 0; index < apis; index += 1) {
    apiAddresses.push(opening.use(await createApi(readApiConfig(env))).address);
  }
  const closing = opening.move();
  return {
    ...targetAt(edgeAddresses, apiAddresses, secret),
    api: apiAddresses[0] ?? '',
    databaseUrl: database.url,
    namespace,
    stopStores,
    startStores: async () => {
      if (running.length === 0) running = await start();
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
