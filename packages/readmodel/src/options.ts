import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { entities } from './entities.ts';
import { InitialMigration } from './migrations/20261123000000-initial.ts';
import { MessagePiecesMigration } from './migrations/20261123010000-message-pieces.ts';
import { AcknowledgedMigration } from './migrations/20261123120000-acknowledged.ts';
import { CleanUpMigration } from './migrations/20261123210000-clean-up.ts';

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
      // One after the other, oldest first; a migration that was released is never changed.
      migrationsList: [
        { name: '20261123000000-initial', class: InitialMigration },
        { name: '20261123010000-message-pieces', class: MessagePiecesMigration },
        { name: '20261123120000-acknowledged', class: AcknowledgedMigration },
        { name: '20261123210000-clean-up', class: CleanUpMigration },
      ],
      tableName: 'schema_migration',
      snapshot: false,
    },
  });
}
