import pg from 'pg';

/** A migration that no version knows yet. */
export const NEXT_MIGRATION = '20991231000000-of-tomorrow';

/**
 * What the next release may do to a schema while services of this one run on it (docs/decisions/0017): columns that
 * may be missing or have a default, in every table; a table; an index; and the note that it was done.
 */
const EXPAND = `do $$
  declare name text;
  begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migration' loop
      execute format('alter table %I add column of_tomorrow text null', name);
      execute format('alter table %I add column counted_tomorrow int not null default 7', name);
    end loop;
    create table tomorrow (partition int primary key, what text not null);
    create index message_of_tomorrow_index on message (of_tomorrow, "user");
    insert into schema_migration (name) values ('${NEXT_MIGRATION}');
  end $$`;

/** SQLSTATE: a lock that others have for long, a deadlock with them. */
const IN_THE_WAY = ['55P03', '40P01'];

/** Takes a database's schema one step further than this version knows; as the migration does, until it gets through. */
export async function expandSchema(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('set lock_timeout = 3000');
    for (;;) {
      try {
        await client.query(EXPAND);
        return;
      } catch (error) {
        if (!IN_THE_WAY.includes((error as { code?: string }).code ?? '')) throw error;
      }
    }
  } finally {
    await client.end();
  }
}
