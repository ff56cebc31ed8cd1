import { randomBytes } from 'node:crypto';
import { createApi, readApiConfig } from '@dasf-broker/api';
import { prepareCredentials } from '@dasf-broker/credentials';
import { createEdge, readEdgeConfig } from '@dasf-broker/edge';
import { prepareLog } from '@dasf-broker/log';
import { migrate } from '@dasf-broker/readmodel';
import { createStore, readStoreConfig } from '@dasf-broker/store';
import { createLogger } from '@dasf-broker/telemetry';
import { createDatabase, HeldLine, natsClient, randomNamespace } from '@dasf-broker/testing';
import { inject } from 'vitest';
import { targetAt } from '../harness/target.ts';

/** A broker whose logs are kept, down to what nobody reads, and whose line to NATS can be held. */
export async function createRecordedBroker(canary: string) {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createDatabase(inject('databaseUrl')));
  await migrate(database.url);
  const line = opening.use(await HeldLine.to(inject('natsUrl')));
  const secret = randomBytes(32).toString('base64url');
  // NATS takes any name and password where it asks for none.
  const natsUrl = Object.assign(new URL(line.url), { username: 'dasf', password: canary }).href;
  const env = {
    DASF_NATS_URL: natsUrl,
    DASF_DATABASE_URL: database.url,
    DASF_NAMESPACE: randomNamespace(),
    DASF_LOG_PARTITIONS: '1',
    DASF_JWT_SECRET: secret,
    DASF_ALLOWED_ORIGINS: 'https://portal.example.org',
    DASF_PUBLISH_DEADLINE: '1s',
    DASF_EDGE_PORT: '0',
    DASF_API_PORT: '0',
  };
  const { log } = readStoreConfig(env);
  await using operator = await natsClient();
  await prepareLog(operator, log);
  await prepareCredentials(operator, log);
  const lines: string[] = [];
  const logger = (name: string) =>
    createLogger({ name, level: 'trace' }, { write: (one) => void lines.push(one) });
  const store = opening.use(createStore(readStoreConfig(env), { logger: logger('store') }));
  await store.ready;
  const edge = opening.use(await createEdge(readEdgeConfig(env), { logger: logger('edge') }));
  const api = opening.use(await createApi(readApiConfig(env), { logger: logger('api') }));
  // One that does not find its database: nobody takes connections there.
  const away = Object.assign(new URL('postgresql://127.0.0.1:1/dasf'), {
    username: 'dasf',
    password: canary,
  }).href;
  const apart = readApiConfig({ ...env, DASF_DATABASE_URL: away });
  const lonely = opening.use(await createApi(apart, { logger: logger('lonely') }));
  const closing = opening.move();
  return {
    ...targetAt([edge.address], [api.address, lonely.address], secret),
    lines,
    line,
    lonely: lonely.address,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
