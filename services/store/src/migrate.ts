import { ConfigError } from '@dasf-broker/config';
import { readMigrationConfig } from './migration/config.ts';
import { migrateDatabase } from './migration/migrate-database.ts';
import { prepareNats } from './migration/prepare-nats.ts';
import { describe, untilReachable } from './migration/until-reachable.ts';

const PATIENCE_MS = 60_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
let doing = '';

// What services find ready when they start; they have no right to make any of it.
try {
  const { databaseUrl, roles, natsUrl: url, natsLogin: login, log } = readMigrationConfig();
  doing = 'The database was not migrated: ';
  const waitForDatabase = (reason: string) => say(`Waiting for the database (${reason}) …`);
  say(await untilReachable(() => migrateDatabase(databaseUrl, roles), PATIENCE_MS, waitForDatabase));
  doing = 'The log was not prepared: ';
  const waitForNats = (reason: string) => say(`Waiting for NATS (${reason}) …`);
  const waiting = (reason: Error) => waitForNats(describe(reason));
  const prepare = () => prepareNats({ url, login, log, patience: PATIENCE_MS, waiting });
  say(await untilReachable(prepare, PATIENCE_MS, waitForNats));
} catch (error) {
  say(error instanceof ConfigError ? error.message : doing + describe(error));
  process.exitCode = 1;
}
