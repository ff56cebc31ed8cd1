import type { Migration } from '@mikro-orm/migrations';
import { InitialMigration } from './migrations/20261123000000-initial.ts';
import { MessagePiecesMigration } from './migrations/20261123010000-message-pieces.ts';
import { AcknowledgedMigration } from './migrations/20261123120000-acknowledged.ts';
import { CleanUpMigration } from './migrations/20261123210000-clean-up.ts';
import { BackupMarkMigration } from './migrations/20261125130000-backup-mark.ts';
import { PiecesOfTheirOwnMigration } from './migrations/20261125200000-pieces-of-their-own.ts';
import { OperatorsListsMigration } from './migrations/20261125220000-operators-lists.ts';
import { OperatorActsMigration } from './migrations/20261125230000-operator-acts.ts';
import { ImportsMigration } from './migrations/20261125233000-imports.ts';
import { OperatorActAgeMigration } from './migrations/20261130170000-operator-act-age.ts';

/** What a migration takes away, which no version that may be running still uses (docs/decisions/0017). */
export interface ContractStep {
  /** The release that stopped using it; it was released before this migration is. */
  readonly unusedSince: string;
  /** In the words of the test that refuses all else. */
  readonly breaks: readonly string[];
}

interface ListedMigration {
  readonly name: string;
  readonly class: new (...parameters: ConstructorParameters<typeof Migration>) => Migration;
  readonly contract?: ContractStep;
}

/**
 * One after the other, oldest first; a migration that was released is never changed. The version before goes on
 * running on what the new ones make: they only add, but for contract steps.
 */
export const migrationsList: ListedMigration[] = [
  { name: '20261123000000-initial', class: InitialMigration },
  { name: '20261123010000-message-pieces', class: MessagePiecesMigration },
  { name: '20261123120000-acknowledged', class: AcknowledgedMigration },
  { name: '20261123210000-clean-up', class: CleanUpMigration },
  { name: '20261125130000-backup-mark', class: BackupMarkMigration },
  { name: '20261125200000-pieces-of-their-own', class: PiecesOfTheirOwnMigration },
  { name: '20261125220000-operators-lists', class: OperatorsListsMigration },
  { name: '20261125230000-operator-acts', class: OperatorActsMigration },
  { name: '20261125233000-imports', class: ImportsMigration },
  { name: '20261130170000-operator-act-age', class: OperatorActAgeMigration },
];

export const MIGRATION_TABLE = 'schema_migration';

/** The names of all migrations, oldest first: which schema a database has is told by those that it has seen. */
export const MIGRATIONS: readonly string[] = migrationsList.map(({ name }) => name);

/** How a database's schema differs from the one that this version knows. */
export interface SchemaDifference {
  /** What the migration has still to do. */
  readonly missing: readonly string[];
  /** What that of a newer version has done. */
  readonly newer: readonly string[];
}

/** @param seen the migrations that the database has seen */
export function schemaDifference(seen: readonly string[]): SchemaDifference {
  return {
    missing: MIGRATIONS.filter((name) => !seen.includes(name)),
    newer: seen.filter((name) => !MIGRATIONS.includes(name)),
  };
}

/** The SQL of a migration, for tables that are none of the service's: a copy of them in another schema. */
export function statementsOf(name: string): readonly string[] {
  const found = migrationsList.find((migration) => migration.name === name);
  if (!found) throw new RangeError(`There is no migration ${name}.`);
  // They add SQL and nothing else, so they need no database.
  const Class = found.class as unknown as new () => Migration;
  const migration = new Class();
  void migration.up();
  return migration.getQueries().map(String);
}
