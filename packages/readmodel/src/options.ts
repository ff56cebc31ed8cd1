import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { entities } from './entities.ts';
import { MIGRATION_TABLE, migrationsList } from './migrations.ts';

/** What every connection to the read model has in common. */
export function ormOptions(databaseUrl: string): Options {
  return defineConfig({
    clientUrl: databaseUrl,
    entities,
    // Database faults reach the caller as errors; nothing is written to the console.
    logger: () => {},
    colors: false,
    forceUtcTimezone: false,
    extensions: [Migrator],
    migrations: {
      migrationsList,
      tableName: MIGRATION_TABLE,
      snapshot: false,
    },
  });
}
