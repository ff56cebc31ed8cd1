import { createDatabase } from '@dasf-broker/testing';
import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { migrate } from './migrate.ts';
import { ormOptions } from './options.ts';
import { openReadModel } from './read-model.ts';

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
  expect(done.flat()).toEqual([
    '20261123000000-initial',
    '20261123010000-message-pieces',
    '20261123120000-acknowledged',
    '20261123210000-clean-up',
  ]);
});

test('migrations can be undone', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await migrate(database.url, 'down');
  await using model = await openReadModel(database.url);
  const tables = await sql`select from pg_tables where schemaname = 'public'`.execute(model.database);
  expect(tables.rows.length).toBe(1);
});
