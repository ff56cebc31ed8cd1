import { sql } from 'kysely';
import { MIGRATION_TABLE, type SchemaDifference, schemaDifference } from './migrations.ts';
import { type Database, openReadModel } from './read-model.ts';

/** The tables are not there, or not as this version needs them. */
export class SchemaOlder extends Error {
  readonly code = 'SCHEMA_OLDER';

  constructor(missing: readonly string[]) {
    super(
      `The database's schema is older than this version: it lacks ${missing.join(', ')}. Run the migration.`,
    );
    this.name = 'SchemaOlder';
  }
}

export async function findSchemaDifference(database: Database): Promise<SchemaDifference> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass(${MIGRATION_TABLE}) is not null as there`.execute(database);
  if (!rows[0]?.there) return schemaDifference([]);
  const seen = await sql<{
    name: string;
  }>`select name from ${sql.table(MIGRATION_TABLE)} order by id`.execute(database);
  return schemaDifference(seen.rows.map(({ name }) => name));
}

/** The same of a database that nobody has opened yet. */
export async function schemaDifferenceAt(databaseUrl: string): Promise<SchemaDifference> {
  await using readModel = await openReadModel(databaseUrl, { poolSize: 1 });
  return await findSchemaDifference(readModel.database);
}

/**
 * Whether a service can work with the schema that it finds. A newer one has all that this version knows, since
 * migrations only add (docs/decisions/0017); an older one lacks something.
 */
export class SchemaCheck {
  readonly #database: Database;
  readonly #newer: (migrations: readonly string[]) => void;
  #passed = false;

  /** @param newer is told once which migrations this version does not know */
  constructor(database: Database, newer: (migrations: readonly string[]) => void) {
    this.#database = database;
    this.#newer = newer;
  }

  /**
   * What has passed once is not looked at again: migrations only go forward.
   *
   * @throws {SchemaOlder}
   * @throws what the database answers
   */
  async pass(): Promise<void> {
    if (this.#passed) return;
    const { missing, newer } = await findSchemaDifference(this.#database);
    if (missing.length > 0) throw new SchemaOlder(missing);
    // Whoever asked at the same time has told it.
    if (!this.#passed && newer.length > 0) this.#newer(newer);
    this.#passed = true;
  }
}
