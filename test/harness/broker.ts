import { randomBytes } from 'node:crypto';
import { createApi, readApiConfig } from '@dasf-broker/api';
import { prepareCredentials } from '@dasf-broker/credentials';
import { createEdge, readEdgeConfig } from '@dasf-broker/edge';
import { prepareLog } from '@dasf-broker/log';
import { migrate } from '@dasf-broker/readmodel';
import type { Service } from '@dasf-broker/rights';
import { createStore, readStoreConfig, type StoreTimes } from '@dasf-broker/store';
import { createDatabase, natsClient, randomNamespace } from '@dasf-broker/testing';
import { inject } from 'vitest';
import { RestrictedNats } from './restricted-nats.ts';
import { type Target, targetAt } from './target.ts';

export interface BrokerOptions {
  readonly edges?: number;
  /** They share the log's four partitions by leases. */
  readonly stores?: number;
  readonly apis?: number;
  /** What of the stores' times a test cannot wait for. */
  readonly storeTimes?: Partial<StoreTimes>;
  /** On a NATS server of its own, each service with no more rights than it needs. */
  readonly restricted?: boolean;
  /** `DASF_` variables for every service. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A whole broker in this process, on the shared servers, with names of its own. */
export interface Broker extends Target, AsyncDisposable {
  /** Where status and ping are, at one of the apis. */
  readonly api: string;
  readonly databaseUrl: string;
  readonly namespace: string;
  /** Where each service has no more rights than it needs. */
  readonly nats: RestrictedNats | undefined;
  stopStores(): Promise<void>;
  startStores(): Promise<void>;
}

/** As many as the services assume where nothing is said. */
const PARTITIONS = 4;

export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const { edges = 2, stores = 2, apis = 2, storeTimes = {}, settings = {}, restricted = false } = options;
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createDatabase(inject('databaseUrl')));
  const secret = randomBytes(32).toString('base64url');
  const namespace = randomNamespace();
  const nats = restricted
    ? opening.use(await RestrictedNats.start({ namespace, partitions: PARTITIONS }))
    : undefined;
  const common = {
    DASF_NATS_URL: inject('natsUrl'),
    DASF_DATABASE_URL: database.url,
    DASF_NAMESPACE: namespace,
    DASF_JWT_SECRET: secret,
    DASF_LOG_LEVEL: process.env['DASF_LOG_LEVEL'] ?? 'silent',
    DASF_EDGE_PORT: '0',
    DASF_API_PORT: '0',
    ...settings,
  };
  const env = (service: Service) => ({ ...common, ...nats?.environment(service) });
  await migrate(database.url);
  const operator = await (nats?.connect('operator') ?? natsClient(common.DASF_NATS_URL));
  const { log } = readStoreConfig(common);
  await prepareLog(operator, log);
  await prepareCredentials(operator, log);
  await operator.close();
  const start = async () => {
    const started = Array.from({ length: stores }, () =>
      createStore(readStoreConfig(env('store')), { times: storeTimes }),
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
    edgeAddresses.push(opening.use(await createEdge(readEdgeConfig(env('edge')))).address);
  }
  const apiAddresses: string[] = [];
  for (let index = 0; index < apis; index += 1) {
    apiAddresses.push(opening.use(await createApi(readApiConfig(env('api')))).address);
  }
  const closing = opening.move();
  return {
    ...targetAt(edgeAddresses, apiAddresses, secret),
    api: apiAddresses[0] ?? '',
    databaseUrl: database.url,
    namespace,
    nats,
    stopStores,
    startStores: async () => {
      if (running.length === 0) running = await start();
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
