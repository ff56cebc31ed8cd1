import { type Context, dataDir } from './context.ts';
import { CliFault } from './fault.ts';
import { readStackFile } from './stack.ts';

/**
 * The settings by which a command finds database and log: those of the environment where it names a database, else
 * those of the local stack that runs. The two addresses belong together.
 *
 * @throws {CliFault}
 */
export function storeEnvironment(context: Context): NodeJS.ProcessEnv {
  const { env } = context;
  if (env['DASF_DATABASE_URL'] || env['DASF_DATABASE_URL_FILE']) return { ...env };
  const stack = readStackFile(context);
  if (!stack) {
    throw new CliFault(
      `No stack is running on ${dataDir(context)}: start one with "npm start", or set DASF_DATABASE_URL and DASF_NATS_URL.`,
    );
  }
  const { databaseUrl, natsUrl, logSettings = {} } = stack;
  return { ...env, ...logSettings, DASF_DATABASE_URL: databaseUrl, DASF_NATS_URL: natsUrl };
}
