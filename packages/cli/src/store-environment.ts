import { type Context, dataDir } from './context.ts';
import { CliFault } from './fault.ts';
import { readStackFile } from './stack.ts';

/**
 * The settings by which a command finds database and log: those of the environment where it names a database, else
 * those of the local stack that runs. The two addresses belong together.
 *
 * @param rights those that the command has on NATS, where the stack's server tells services apart
 * @throws {CliFault}
 */
export function storeEnvironment(
  context: Context,
  rights: 'store' | 'operator' = 'store',
): NodeJS.ProcessEnv {
  const { env } = context;
  const named = ['DASF_DATABASE_URL', 'DASF_MIGRATION_DATABASE_URL'].some(
    (name) => env[name] || env[`${name}_FILE`],
  );
  if (named) return { ...env };
  const stack = readStackFile(context);
  if (!stack) {
    throw new CliFault(
      `No stack is running on ${dataDir(context)}: start one with "npm start", or set DASF_DATABASE_URL and DASF_NATS_URL.`,
    );
  }
  const { databaseUrl, natsUrl, logSettings = {} } = stack;
  const seedFile = rights === 'operator' ? stack.natsOperatorSeedFile : stack.natsSeedFile;
  const nats = {
    DASF_NATS_URL: natsUrl,
    ...(seedFile === undefined ? {} : { DASF_NATS_NKEY_SEED_FILE: seedFile }),
  };
  return { ...env, ...logSettings, ...nats, DASF_DATABASE_URL: databaseUrl };
}

/**
 * The address of the local stack's database, where one runs and the environment names none: `npm start` gives it to the
 * services.
 */
export function localDatabase(context: Context): { DASF_DATABASE_URL: string } | undefined {
  const { env } = context;
  if (env['DASF_DATABASE_URL'] || env['DASF_DATABASE_URL_FILE']) return undefined;
  const url = readStackFile(context)?.databaseUrl;
  return url === undefined ? undefined : { DASF_DATABASE_URL: url };
}
