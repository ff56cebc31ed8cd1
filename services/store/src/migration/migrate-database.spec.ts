import { applyRights, migrate, openReadModel } from '@dasf-broker/readmodel';
import { createDatabase, createRole, expandSchema, NEXT_MIGRATION } from '@dasf-broker/testing';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { select } from '../testing/bench.ts';
import { migrateDatabase } from './migrate-database.ts';
import { untilReachable } from './until-reachable.ts';

const PENDING = '20261125220000-operators-lists';

/** A database before one of its migrations, which makes an index on `message`. */
async function scene() {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await createDatabase(inject('databaseUrl')));
  await migrate(url);
  const readModel = opening.use(await openReadModel(url));
  await select(readModel, 'drop index message_time_index, topic_response_index');
  await select(readModel, `delete from schema_migration where name = '${PENDING}'`);
  const closing = opening.move();
  return { url, readModel, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

test('a migration that finds a table in use makes nobody wait behind it, and tries again', async () => {
  await using given = await scene();
  const holder = new pg.Client({ connectionString: given.url });
  await holder.connect();
  await holder.query('begin; lock table message in row exclusive mode');
  const said: string[] = [];
  try {
    const migrated = untilReachable(
      () => migrateDatabase(given.url, {}),
      30_000,
      (reason) => {
        said.push(reason);
        void holder.query('commit');
      },
    );
    expect(await migrated).toBe(`The database is up to date after ${PENDING}.`);
  } finally {
    await holder.end();
  }
  expect(said).toEqual([expect.stringContaining('lock timeout')]);
});

test('a database of a newer version stays as it is, and so do the rights on it', async () => {
  await using given = await scene();
  await using role = await createRole(given.url);
  await applyRights(given.url, { store: role.name });
  await expandSchema(given.url);
  expect(await migrateDatabase(given.url, { store: role.name })).toBe(
    `The database is of a newer version (${NEXT_MIGRATION}); it and its rights stay as they are.`,
  );
  await using asStore = await openReadModel(role.url);
  await select(asStore, `insert into tomorrow values (1, 'x')`);
  const seen = await select(given.readModel, `select from schema_migration where name = '${PENDING}'`);
  expect(seen).toEqual([]);
});
