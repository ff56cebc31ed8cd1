import { createApi, readApiConfig } from '@dasf-broker/api';
import { prepareCredentials } from '@dasf-broker/credentials';
import { createEdge, readEdgeConfig } from '@dasf-broker/edge';
import { prepareLog } from '@dasf-broker/log';
import { migrate } from '@dasf-broker/readmodel';
import { createStore, readStoreConfig } from '@dasf-broker/store';
import type { Monitoring } from '@dasf-broker/telemetry';
import { createDatabase, natsClient, randomNamespace } from '@dasf-broker/testing';
import { inject } from 'vitest';

/** How each service of a broker is watched; all on ports of their own. */
export async function watchedServices() {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createDatabase(inject('databaseUrl')));
  const env = {
    DASF_NATS_URL: inject('natsUrl'),
    DASF_DATABASE_URL: database.url,
    DASF_NAMESPACE: randomNamespace(),
    DASF_LOG_PARTITIONS: '1',
    DASF_LOG_LEVEL: 'silent',
    DASF_EDGE_PORT: '0',
    DASF_API_PORT: '0',
    DASF_EDGE_INTERNAL_PORT: '0',
    DASF_STORE_INTERNAL_PORT: '0',
    DASF_API_INTERNAL_PORT: '0',
  };
  await migrate(database.url);
  const { log } = readStoreConfig(env);
  await using nc = await natsClient();
  await prepareLog(nc, log);
  await prepareCredentials(nc, log);
  const edge = opening.use(await createEdge(readEdgeConfig(env)));
  const store = opening.use(createStore(readStoreConfig(env)));
  const api = opening.use(await createApi(readApiConfig(env)));
  await store.ready;
  const running = opening.move();
  const services: Readonly<Record<string, Monitoring>> = {
    edge: edge.monitoring,
    store: await store.monitoring,
    api: api.monitoring,
  };
  return { services, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
