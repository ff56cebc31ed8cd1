import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, databaseSpecs, readSettings } from '@dasf-broker/config';
import { migrate } from '@dasf-broker/readmodel';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 1000;

try {
  const { DASF_DATABASE_URL } = readSettings(databaseSpecs);
  const done = await migrateWhenReachable(DASF_DATABASE_URL);
  say(
    done.length > 0 ? `The database is up to date after ${done.join(', ')}.` : 'The database is up to date.',
  );
} catch (error) {
  const reason = describe(error);
  say(error instanceof ConfigError ? reason : `The database was not migrated: ${reason}`);
  process.exitCode = 1;
}

/** Waits for a database that is still starting; any other fault is final. */
async function migrateWhenReachable(url: string): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await migrate(url);
    } catch (error) {
      if (!isUnreachable(error) || performance.now() > deadline) throw error;
      say(`Waiting for the database (${describe(error)}) …`);
      await sleep(PAUSE_MS);
    }
  }
}

/** No connection, or SQLSTATE class 57: starting up or shutting down. */
function isUnreachable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^(E[A-Z]+|57P0\d|08\w{3})$/.test(code)) return true;
    if (/timeout|terminated/i.test(at.message)) return true;
  }
  return false;
}

/** Node's errors of several refused addresses have a code only. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
