import { randomBytes } from 'node:crypto';
import { parseSecret, signToken } from '@dasf-broker/access';
import { createApi, readApiConfig } from '@dasf-broker/api';
import { createEdge, readEdgeConfig } from '@dasf-broker/edge';
import { migrate } from '@dasf-broker/readmodel';
import { createStore, readStoreConfig, type StoreTimes } from '@dasf-broker/store';
import { createDatabase, randomNamespace } from '@dasf-broker/testing';
import { type JWTPayload, SignJWT } from 'jose';
import { inject } from 'vitest';

export interface BrokerOptions {
  readonly edges?: number;
  /** `DASF_` variables for every service. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For what a store does once a minute. */
  readonly storeTimes?: Partial<StoreTimes>;
}

/** A whole broker in this process, on the shared servers, with names of its own. */
export interface Broker extends AsyncDisposable {
  /** Where the websocket addresses begin, of each edge. */
  readonly edges: readonly [string, ...string[]];
  /** Where status and ping are. */
  readonly api: string;
  readonly databaseUrl: string;
  readonly namespace: string;
  token(user: string, permissions?: readonly string[], ttlSeconds?: number): Promise<string>;
  /** A token with these claims, however wrong, signed with the broker's own secret. */
  forge(claims: JWTPayload): Promise<string>;
  stopStore(): Promise<void>;
  startStore(): Promise<void>;
}

export async function startBroker({
  edges = 2,
  settings = {},
  storeTimes = {},
}: BrokerOptions = {}): Promise<Broker> {
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
  const startStore = async () => {
    const started = createStore(readStoreConfig(env), { times: storeTimes });
    await started.ready;
    return started;
  };
  let store: Awaited<ReturnType<typeof startStore>> | undefined = await startStore();
  const stopStore = async () => {
    await store?.[Symbol.asyncDispose]();
    store = undefined;
  };
  opening.defer(stopStore);
  const addresses: string[] = [];
  for (let index = 0; index < edges; index += 1) {
    addresses.push(opening.use(await createEdge(readEdgeConfig(env))).address);
  }
  const api = opening.use(await createApi(readApiConfig(env)));
  const closing = opening.move();
  return {
    edges: addresses as [string, ...string[]],
    api: api.address,
    databaseUrl: database.url,
    namespace,
    token: (sub, permissions = [], ttlSeconds = 600) =>
      signToken({ sub, permissions, ttlSeconds }, parseSecret(secret)),
    forge: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(parseSecret(secret)),
    stopStore,
    startStore: async () => {
      store ??= await startStore();
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
