import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { postgresPlan } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { type Disk, PowerCutDisk, SmallDisk } from './disk.ts';
import { clusteredLogServer, logServer, withoutSync } from './log-server.ts';
import { ManagedProcess } from './managed-process.ts';
import { NatsProgram } from './nats-program.ts';
import { Network, type NetworkHost } from './network.ts';
import type { StackOptions } from './options.ts';

const GIBIBYTE = 1024 ** 3;
const DISK_BYTES = { plain: 0, 'power-cut': GIBIBYTE / 2, small: 96 * 1024 * 1024 };

/** Log and database, and what they stand on. */
export interface StackServers {
  readonly logServers: readonly [ManagedProcess, ...ManagedProcess[]];
  /** Of servers that keep copies of the log: where each of them is. */
  readonly hosts: readonly NetworkHost[];
  readonly postgres: ManagedProcess;
  readonly logDisk: Disk | undefined;
  readonly databaseDisk: Disk | undefined;
  readonly natsUrls: readonly string[];
  readonly databaseUrl: string;
  /** What the log's servers run from their next start on. */
  readonly natsProgram: NatsProgram;
}

export async function startServers(
  options: StackOptions,
  logDir: string,
  opening: AsyncDisposableStack,
): Promise<StackServers> {
  const logDisk = await openDisk(options.logDisk, join(options.folder, 'nats'), opening);
  const databaseDisk = await openDisk(options.databaseDisk, join(options.folder, 'postgres'), opening);
  const postgres = opening.use(await databaseServer(options, logDir));
  const natsProgram = await NatsProgram.find(options.natsReleases);
  const { servers, hosts } = await openLogServers(options, natsProgram, logDir, opening);
  const [databaseUrl = '', ...addresses] = await Promise.all([
    postgres.start(),
    ...servers.map((server) => server.start()),
  ]);
  const [first, ...others] = servers;
  if (!first) throw new Error('a log needs a server');
  return {
    logServers: [first, ...others],
    hosts,
    postgres,
    logDisk,
    databaseDisk,
    natsUrls: addresses.map((address) => address ?? ''),
    databaseUrl,
    natsProgram,
  };
}

async function openLogServers(
  options: StackOptions,
  program: NatsProgram,
  logDir: string,
  opening: AsyncDisposableStack,
): Promise<{ servers: ManagedProcess[]; hosts: readonly NetworkHost[] }> {
  const settingsOf = (name: string) => ({
    ...{ program, name, logDir, maxFileStore: options.logBytes },
    dataDir: join(options.folder, 'nats', name),
  });
  if (options.logServers === 1) {
    const changed = options.sync ? {} : { changed: withoutSync };
    return { servers: [opening.use(await logServer({ ...settingsOf('nats'), ...changed }))], hosts: [] };
  }
  const { hosts } = opening.use(await Network.create(options.logServers));
  const servers = hosts.map((host, index) =>
    opening.use(clusteredLogServer(settingsOf(`nats-${index + 1}`), host, hosts)),
  );
  return { servers, hosts };
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
