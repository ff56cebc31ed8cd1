import { randomBytes } from 'node:crypto';
import { parseSecret, signToken } from '@dasf-broker/access';
import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { migrate } from '@dasf-broker/readmodel';
import { readStoreConfig } from '@dasf-broker/store';
import { createDatabase, natsClient, randomNamespace } from '@dasf-broker/testing';
import { startEmbedded } from '../../setup/embedded.ts';
import type { TriedBroker } from '../network/tried-broker.ts';
import { ServiceProcess } from './service-process.ts';

const TOKEN_SECONDS = 6 * 3600;
const PERMISSIONS = ['add_brokertopic', 'administer', 'can_produce:*', 'can_consume:*', 'can_view_status:*'];
/** How fast inputs come is not what is tried here. */
const UNLIMITED = {
  DASF_ACCEPT_RATE: '100000',
  DASF_ACCEPT_RATE_PER_ADDRESS: '100000',
  DASF_MAX_CONNECTIONS_PER_ADDRESS: '10000',
  DASF_MAX_REFUSALS_PER_SECOND: '100000',
  DASF_MAX_TOTAL_REFUSALS_PER_SECOND: '100000',
  DASF_MAX_UNKNOWN_ACKNOWLEDGEMENTS_PER_SECOND: '100000',
  DASF_MAX_TOPICS_PER_MINUTE: '100000',
};

/** Edge, store and api as processes of their own, on servers of their own. */
export interface BrokerProcesses extends TriedBroker, AsyncDisposable {
  readonly processes: readonly ServiceProcess[];
}

export async function startBrokerProcesses(): Promise<BrokerProcesses> {
  await using opening = new AsyncDisposableStack();
  const servers = opening.use(await startEmbedded());
  const database = opening.use(await createDatabase(servers.databaseUrl));
  const secret = randomBytes(32).toString('base64url');
  const env = {
    ...UNLIMITED,
    DASF_NATS_URL: servers.natsUrl,
    DASF_NAMESPACE: randomNamespace(),
    DASF_JWT_SECRET: secret,
    DASF_LOG_LEVEL: 'fatal',
  };
  const withDatabase = { ...env, DASF_DATABASE_URL: database.url };
  const { log } = readStoreConfig(withDatabase);
  await migrate(database.url);
  await using nc = await natsClient(servers.natsUrl);
  await prepareLog(nc, log);
  await prepareCredentials(nc, log);
  const store = opening.use(await ServiceProcess.start('store', withDatabase));
  const edge = opening.use(await ServiceProcess.start('edge', { ...env, DASF_EDGE_PORT: '0' }));
  const api = opening.use(await ServiceProcess.start('api', { ...withDatabase, DASF_API_PORT: '0' }));
  const request = { sub: 'fuzz', permissions: PERMISSIONS, ttlSeconds: TOKEN_SECONDS };
  const token = await signToken(request, parseSecret(secret));
  const closing = opening.move();
  return {
    edge: edge.address,
    api: api.address,
    token,
    processes: [edge, store, api],
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
