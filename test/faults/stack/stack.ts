import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { closeNats, connectNats, whenPrepared } from '@dasf-broker/nats';
import { migrate } from '@dasf-broker/readmodel';
import { readStoreConfig } from '@dasf-broker/store';
import { type Target, targetAt } from '../../harness/target.ts';
import type { Line } from './line.ts';
import type { ManagedProcess } from './managed-process.ts';
import type { StackOptions } from './options.ts';
import { type StackServers, startServers } from './servers.ts';
import { type Service, type ServiceKind, serviceProcess } from './service.ts';

/** The whole broker as processes that can be ended, paused, cut off and starved one by one. */
export interface FaultStack extends StackServers, AsyncDisposable {
  /** Where all is that belongs to it. */
  readonly folder: string;
  readonly target: Target;
  /** The log's server, or the first of them. */
  readonly nats: ManagedProcess;
  readonly edges: readonly Service[];
  readonly stores: readonly Service[];
  readonly apis: readonly Service[];
  /** Past all lines, for the one who judges. */
  readonly natsUrl: string;
  /** What commands need to know. */
  readonly env: Readonly<Record<string, string>>;
}

export async function startStack(options: StackOptions): Promise<FaultStack> {
  await using opening = new AsyncDisposableStack();
  const { folder, settings } = options;
  const logDir = join(folder, 'logs');
  mkdirSync(logDir, { recursive: true });
  const servers = await startServers(options, logDir, opening);
  const { natsUrls, databaseUrl } = servers;
  await migrate(databaseUrl);
  await prepare({ DASF_NATS_URL: natsUrls.join(','), DASF_DATABASE_URL: databaseUrl, ...settings });
  const secret = randomBytes(32).toString('base64url');
  const start = async (kind: ServiceKind, count: number) => {
    const services = Array.from({ length: count }, (_, index) =>
      serviceProcess({ kind, index, natsUrls, databaseUrl, secret, logDir, settings }),
    );
    return Promise.all(services.map(async (service) => opening.use(await service)));
  };
  const [edges, stores, apis] = await Promise.all([
    start('edge', options.edges),
    start('store', options.stores),
    start('api', options.apis),
  ]);
  await Promise.all([...edges, ...stores, ...apis].map((service) => service.process.start()));
  const natsUrl = natsUrls.join(',');
  const closing = opening.move();
  return {
    ...servers,
    folder,
    nats: servers.logServers[0],
    edges,
    stores,
    apis,
    natsUrl,
    env: { DASF_NATS_URL: natsUrl, DASF_DATABASE_URL: databaseUrl, ...settings },
    target: targetAt(
      edges.map(({ port }) => `ws://127.0.0.1:${port}/ws/`),
      apis.map(({ port }) => `http://127.0.0.1:${port}/`),
      secret,
    ),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** A cluster takes a while to agree on who leads. */
async function prepare(env: Readonly<Record<string, string>>): Promise<void> {
  const { natsUrl, log } = readStoreConfig(env);
  const nc = await connectNats({ url: natsUrl, client: 'operator' });
  const make = async () => {
    await prepareLog(nc, log);
    await prepareCredentials(nc, log);
  };
  await whenPrepared(make, { waiting: () => {}, signal: AbortSignal.timeout(60_000) });
  await closeNats(nc);
}

/** All services, servers not among them. */
export function servicesOf({ edges, stores, apis }: FaultStack): readonly Service[] {
  return [...edges, ...stores, ...apis];
}

export function processesOf(stack: FaultStack): readonly ManagedProcess[] {
  const services = servicesOf(stack).map(({ process }) => process);
  return [...stack.logServers, stack.postgres, ...services];
}

export function linesOf(stack: FaultStack): readonly Line[] {
  return servicesOf(stack).flatMap(({ natsLines, databaseLine }) =>
    databaseLine ? [...natsLines, databaseLine] : natsLines,
  );
}
