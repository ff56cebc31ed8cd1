import { join } from 'node:path';
import { freePort } from '@dasf-broker/ports';
import type { Family } from './family.ts';
import { findNatsServer } from './nats-server/find.ts';
import { givenNats } from './nats-server/given.ts';
import { natsPlan } from './nats-server/plan.ts';
import { postgresPlan } from './postgres/plan.ts';
import { keptSecret } from './secrets.ts';
import type { StackSettings } from './settings.ts';

interface Options {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** For tests, where a plain address is handier: no password of NATS. */
  readonly shared?: boolean;
}

/** The log and the database: those that the settings name, else our own. */
export async function startServers(
  settings: StackSettings,
  family: Family,
  options: Options,
): Promise<{ natsUrl: string; databaseUrl: string }> {
  // The database is started first and so ends last.
  const databaseUrl = settings.databaseUrl ?? startPostgres(settings, family, options);
  const natsUrl = settings.natsUrl
    ? givenNats(settings.natsUrl, options)
    : startNats(settings, family, options);
  const [database, nats] = await Promise.all([databaseUrl, natsUrl]);
  return { databaseUrl: database, natsUrl: nats };
}

async function startPostgres({ dataDir }: StackSettings, family: Family, { say }: Options): Promise<string> {
  say('Starting PostgreSQL …');
  const port = await freePort();
  const plan = await postgresPlan({ folder: join(dataDir, 'postgres'), port, database: 'dasf' });
  return addressOf(family.start(plan).ready);
}

async function startNats({ dataDir, env }: StackSettings, family: Family, options: Options): Promise<string> {
  const { path, version, origin } = await findNatsServer(env, options.say, undefined, options.signal);
  options.say(`Starting nats-server ${version.join('.')} (${origin}) …`);
  const [port, monitorPort] = [await freePort(), await freePort()];
  const password = options.shared ? {} : { password: keptSecret(join(dataDir, 'nats-password')) };
  const plan = natsPlan({ binary: path, dataDir: join(dataDir, 'nats'), port, monitorPort, ...password });
  return addressOf(family.start(plan).ready);
}

async function addressOf(ready: Promise<string | undefined>): Promise<string> {
  const address = await ready;
  if (address === undefined) throw new Error('a server that is ready has an address');
  return address;
}
