import { join } from 'node:path';
import { ConfigError, logOptions, logSpecs, readSettings } from '@dasf-broker/config';
import { freePort } from '@dasf-broker/ports';
import { accountsConfig } from '@dasf-broker/rights';
import type { Family } from './family.ts';
import { adoptStreams } from './nats-server/adopt-streams.ts';
import { findNatsServer } from './nats-server/find.ts';
import { givenNats } from './nats-server/given.ts';
import { keptLogins } from './nats-server/logins.ts';
import { natsPlan } from './nats-server/plan.ts';
import { postgresPlan } from './postgres/plan.ts';
import { makeRoles, ROLES, type Role, urlFor } from './postgres/roles.ts';
import { keptSecret } from './secrets.ts';
import type { StackSettings } from './settings.ts';
import { StartFault } from './start-fault.ts';

/** Has the log on a server of our own. */
const ACCOUNT = 'dasf';

interface Options {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Where the log is. */
export interface NatsPlace {
  readonly url: string;
  readonly monitoringUrl?: string;
  /** By service: the file with the key of its user; none where the server is not ours. */
  readonly seedFiles?: ReturnType<typeof keptLogins>['seedFiles'];
}

/** Where the database is, as each role gets in; one for all where the server is not ours. */
export type DatabaseUrls = Readonly<Record<Role, string>>;

/** The log and the database: those that the settings name, else our own. */
export async function startServers(
  settings: StackSettings,
  family: Family,
  options: Options,
): Promise<{ nats: NatsPlace; databaseUrls: DatabaseUrls }> {
  // The database is started first and so ends last.
  const starting = settings.databaseUrl
    ? sameForAll(settings.databaseUrl)
    : startDatabase(settings, family, options);
  const nats = settings.natsUrl
    ? givenNats(settings.natsUrl, settings.env, options).then((url) => ({ url }))
    : startLog(settings, family, options);
  const [databaseUrls, place] = await Promise.all([starting, nats]);
  return { nats: place, databaseUrls };
}

/** @returns a superuser's address */
export async function startPostgres(
  { dataDir }: StackSettings,
  family: Family,
  { say }: Options,
): Promise<string> {
  say('Starting PostgreSQL …');
  const port = await freePort();
  const plan = await postgresPlan({ folder: join(dataDir, 'postgres'), port, database: 'dasf' });
  return addressOf(family.start(plan).ready);
}

/** @param accounts what its configuration says of who may do what; without it anybody may do everything */
export async function startNats(
  { dataDir, env }: StackSettings,
  family: Family,
  options: Options,
  accounts = '',
): Promise<NatsPlace> {
  const { path, version, origin } = await findNatsServer(env, options.say, undefined, options.signal);
  options.say(`Starting nats-server ${version.join('.')} (${origin}) …`);
  const [port, monitorPort] = [await freePort(), await freePort()];
  const plan = natsPlan({ binary: path, dataDir: join(dataDir, 'nats'), port, monitorPort, accounts });
  const url = await addressOf(family.start(plan).ready);
  return { url, monitoringUrl: `http://127.0.0.1:${monitorPort}/` };
}

async function startDatabase(
  settings: StackSettings,
  family: Family,
  options: Options,
): Promise<DatabaseUrls> {
  const superuserUrl = await startPostgres(settings, family, options);
  const passwords = forEachRole((role) => keptSecret(join(settings.dataDir, `database-${role}-password`)));
  await makeRoles(superuserUrl, passwords);
  return forEachRole((role) => urlFor(role, superuserUrl, passwords[role]));
}

async function startLog(settings: StackSettings, family: Family, options: Options): Promise<NatsPlace> {
  const { logins, seedFiles } = keptLogins(join(settings.dataDir, 'nats-keys'));
  // One for all namespaces: the server would not start with streams of an account that it does not know.
  const installation = { ...installationOf(settings.env), account: ACCOUNT };
  adoptStreams(join(settings.dataDir, 'nats'), ACCOUNT);
  const accounts = accountsConfig(installation, logins);
  return { ...(await startNats(settings, family, options, accounts)), seedFiles };
}

function installationOf(env: NodeJS.ProcessEnv) {
  try {
    return logOptions(readSettings(logSpecs, env));
  } catch (error) {
    throw error instanceof ConfigError ? new StartFault(error.message) : error;
  }
}

async function sameForAll(url: string): Promise<DatabaseUrls> {
  return forEachRole(() => url);
}

function forEachRole(value: (role: Role) => string): Record<Role, string> {
  return Object.fromEntries(ROLES.map((role) => [role, value(role)])) as Record<Role, string>;
}

async function addressOf(ready: Promise<string | undefined>): Promise<string> {
  const address = await ready;
  if (address === undefined) throw new Error('a server that is ready has an address');
  return address;
}
