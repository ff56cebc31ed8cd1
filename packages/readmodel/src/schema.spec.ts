import { createDatabase } from '@dasf-broker/testing';
import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { migrate } from './migrate.ts';
import { MIGRATIONS, statementsOf } from './migrations.ts';
import { ormOptions } from './options.ts';
import { openReadModel } from './read-model.ts';
import { READ_MODEL_TABLES } from './tables.ts';

test('the migrations make the tables that the entities describe', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  const options = ormOptions(database.url);
  const orm = new MikroORM({ ...options, schemaGenerator: { skipTables: ['schema_migration'] } });
  try {
    const differences = (await orm.schema.getUpdateSchemaSQL({ wrap: false })).split('\n');
    // Entities cannot describe the trigger, so the generator would drop it.
    expect(differences.filter((line) => !line.includes('message_pieces_follow')).join('')).toBe('');
  } finally {
    await orm.close(true);
  }
});

test('three processes that migrate at once take turns', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  const done = await Promise.all([1, 2, 3].map(() => migrate(database.url)));
  expect(done.flat()).toEqual(MIGRATIONS);
});

test('migrations can be undone', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await migrate(database.url, 'down');
  await using model = await openReadModel(database.url);
  const tables = await sql`select from pg_tables where schemaname = 'public'`.execute(model.database);
  expect(tables.rows.length).toBe(1);
});

test('the tables are those that are known, and can be made again in another schema', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using model = await openReadModel(database.url, { session: { search_path: '"a copy"' } });
  await sql`create schema "a copy"`.execute(model.database);
  for (const statement of MIGRATIONS.flatMap(statementsOf)) await sql.raw(statement).execute(model.database);
  const columnsOf = async (schema: string) => {
    const { rows } = await sql<{ table_name: string }>`
      select table_name, column_name, data_type, column_default from information_schema.columns
      where table_schema = ${schema} and table_name <> 'schema_migration' order by 1, 2`.execute(
      model.database,
    );
    return rows;
  };
  const copied = await columnsOf('a copy');
  expect(copied).toEqual(await columnsOf('public'));
  const names = new Set(copied.map((column) => column.table_name));
  expect([...names]).toEqual([...READ_MODEL_TABLES, 'projection'].toSorted());
});
