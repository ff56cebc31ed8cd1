import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer, postgresPlan } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { migrate } from '@dasf-broker/readmodel';
import { type Target, targetAt } from '../../harness/target.ts';
import { type Disk, PowerCutDisk, SmallDisk } from './disk.ts';
import type { Line } from './line.ts';
import { LogServer, withoutSync } from './log-server.ts';
import { ManagedProcess } from './managed-process.ts';
import type { StackOptions } from './options.ts';
import { type Service, serviceProcess } from './service.ts';

const GIBIBYTE = 1024 ** 3;
const DISK_BYTES = { plain: 0, 'power-cut': GIBIBYTE / 2, small: 96 * 1024 * 1024 };

/** The whole broker as processes that can be ended, paused, cut off and starved one by one. */
export interface FaultStack extends AsyncDisposable {
  readonly target: Target;
  readonly nats: LogServer;
  readonly postgres: ManagedProcess;
  readonly edges: readonly Service[];
  readonly stores: readonly Service[];
  readonly apis: readonly Service[];
  readonly logDisk: Disk | undefined;
  readonly databaseDisk: Disk | undefined;
  /** Past all lines, for the one who judges. */
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly natsVersion: string;
  /** What commands need to know. */
  readonly env: NodeJS.ProcessEnv;
}

export async function startStack(options: StackOptions): Promise<FaultStack> {
  await using opening = new AsyncDisposableStack();
  const logDir = join(options.folder, 'logs');
  mkdirSync(logDir, { recursive: true });
  const disks = {
    log: await openDisk(options.logDisk, join(options.folder, 'nats'), opening),
    database: await openDisk(options.databaseDisk, join(options.folder, 'postgres'), opening),
  };
  const postgres = opening.use(await databaseServer(options, logDir));
  const binary = await findNatsServer(process.env, () => {});
  const nats = opening.use(
    await LogServer.create({
      binary: binary.path,
      name: 'nats',
      dataDir: join(options.folder, 'nats/data'),
      logDir,
      maxFileStore: GIBIBYTE,
      ...(options.sync ? {} : { changed: withoutSync }),
    }),
  );
  const [databaseUrl = '', natsUrl = ''] = await Promise.all([postgres.start(), nats.start()]);
  await migrate(databaseUrl);
  const secret = randomBytes(32).toString('base64url');
  const env = { DASF_NATS_URL: natsUrl, DASF_DATABASE_URL: databaseUrl, ...options.settings };
  const start = async (kind: 'edge' | 'store' | 'api', count: number) => {
    const services = Array.from({ length: count }, (_, index) =>
      serviceProcess({ kind, index, natsUrl, databaseUrl, secret, logDir, settings: options.settings }),
    );
    return Promise.all(services.map(async (service) => opening.use(await service)));
  };
  const [edges, stores, apis] = await Promise.all([
    start('edge', options.edges),
    start('store', options.stores),
    start('api', options.apis),
  ]);
  await Promise.all([...edges, ...stores, ...apis].map((service) => service.process.start()));
  const closing = opening.move();
  return {
    target: targetAt(
      edges.map(({ port }) => `ws://127.0.0.1:${port}/ws/`),
      apis.map(({ port }) => `http://127.0.0.1:${port}/`),
      secret,
    ),
    nats,
    postgres,
    edges,
    stores,
    apis,
    logDisk: disks.log,
    databaseDisk: disks.database,
    natsUrl,
    databaseUrl,
    natsVersion: binary.version.join('.'),
    env,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function openDisk(
  kind: StackOptions['logDisk'],
  folder: string,
  opening: AsyncDisposableStack,
): Promise<Disk | undefined> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (kind === 'plain') return undefined;
  const create = kind === 'small' ? SmallDisk.create : PowerCutDisk.create;
  return opening.use(await create(folder, DISK_BYTES[kind]));
}

async function databaseServer({ folder }: StackOptions, logDir: string): Promise<ManagedProcess> {
  const plan = await postgresPlan({
    folder: join(folder, 'postgres/server'),
    port: await freePort(),
    database: 'dasf',
  });
  return new ManagedProcess('postgres', plan, join(logDir, 'postgres.log'));
}

/** All services, servers not among them. */
export function servicesOf({ edges, stores, apis }: FaultStack): readonly Service[] {
  return [...edges, ...stores, ...apis];
}

export function linesOf(stack: FaultStack): readonly Line[] {
  return servicesOf(stack).flatMap(({ natsLine, databaseLine }) =>
    databaseLine ? [natsLine, databaseLine] : [natsLine],
  );
}
