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
  if (namesDatabase(env)) return { ...env };
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

/** The environment as `npm start` passes it on: while it runs, services that are told of no database use its own. */
export function startedEnvironment(context: Context): NodeJS.ProcessEnv {
  const { env } = context;
  const databaseUrl = namesDatabase(env) ? undefined : readStackFile(context)?.databaseUrl;
  return databaseUrl === undefined ? env : { ...env, DASF_DATABASE_URL: databaseUrl };
}

function namesDatabase(env: NodeJS.ProcessEnv): boolean {
  return ['DASF_DATABASE_URL', 'DASF_MIGRATION_DATABASE_URL'].some(
    (name) => env[name] || env[`${name}_FILE`],
  );
}
