import { createDatabase, createRole } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findMessage } from './messages/find-message.ts';
import { listMessages } from './messages/list-messages.ts';
import { migrate } from './migrate.ts';
import { openReadModel, type ReadModel } from './read-model.ts';
import { applyRights, RIGHTS } from './rights.ts';
import { findTopicStatus } from './topic-status.ts';

const PRIVILEGES = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'];

/** A database of its own with a role for each service, and the read model as each of them sees it. */
async function scene() {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await createDatabase(inject('databaseUrl')));
  await migrate(url);
  const [store, api] = [opening.use(await createRole(url)), opening.use(await createRole(url))];
  const apply = () => applyRights(url, { store: store.name, api: api.name });
  await apply();
  const owner = opening.use(await openReadModel(url));
  // As docs/rights.md says: temporary tables are tables, too.
  await run(owner, `revoke temporary on database ${new URL(url).pathname.slice(1)} from public`);
  const as = {
    owner,
    store: opening.use(await openReadModel(store.url)),
    api: opening.use(await openReadModel(api.url)),
  };
  const closing = opening.move();
  return { as, apply, store, api, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

async function run(readModel: ReadModel, statement: string) {
  return (await sql.raw<Record<string, unknown>>(statement).execute(readModel.database)).rows;
}

const rightsOf = (readModel: ReadModel, role: string) =>
  run(
    readModel,
    `select relname as table, array_agg(privilege::text order by place) as privileges
    from pg_class, unnest(array['${PRIVILEGES.join("','")}']) with ordinality as p(privilege, place)
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'S')
      and case when relkind = 'S' then false else has_table_privilege('${role}', oid, privilege) end
    group by relname order by relname`,
  );

it.each(['store', 'api'] as const)('T30: the %s has exactly its rights on each table', async (service) => {
  await using given = await scene();
  const intended = [...RIGHTS[service]].map(([table, privileges]) => ({ table, privileges }));
  const byName = intended.toSorted((a, b) => (a.table < b.table ? -1 : 1));
  expect(await rightsOf(given.as.owner, given[service].name)).toEqual(byName);
  await run(given.as.owner, `grant truncate, insert on dead_event to ${given[service].name}`);
  await given.apply();
  expect(await rightsOf(given.as.owner, given[service].name)).toEqual(byName);
});

const MAKES_TABLES = [
  'create table mine (a int)',
  'create temporary table mine (a int)',
  'create schema mine',
  'create view mine as select 1',
  'create index on topic (slug)',
  'create function mine() returns int language sql as $$ select 1 $$',
  'alter table topic add column mine int',
  'alter table message disable trigger all',
  'drop table topic',
  'truncate topic',
  "insert into schema_migration (name) values ('mine')",
  'delete from schema_migration',
  'create extension pg_trgm',
  'create role mine',
];

describe('T30: the server refuses', () => {
  let given: Awaited<ReturnType<typeof scene>>;
  beforeAll(async () => {
    given = await scene();
  });
  afterAll(() => given[Symbol.asyncDispose]());

  it.each(MAKES_TABLES)('the store: %s', async (statement) => {
    await expect(run(given.as.store, statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it.each([
    ...MAKES_TABLES,
    "insert into topic (uid, slug, partition) values ('u', 's', 0)",
    'update projection set seq = 0',
    'delete from presence',
    'select * from consumer',
    'delete from message',
    "update message set frame = ''",
    'select * from topic_grant',
    'select * from dead_event',
    'do $$ begin lock table topic in access exclusive mode; end $$',
    'select * from topic for update',
    "copy topic to program 'true'",
    "select pg_read_file('/etc/passwd')",
  ])('the api: %s', async (statement) => {
    await expect(run(given.as.api, statement)).rejects.toThrow(/permission denied|must be owner/);
  });
});

it('a table of a later migration is the store’s as well, and not the api’s', async () => {
  await using given = await scene();
  await run(given.as.owner, 'create table later (a int)');
  await run(given.as.store, 'insert into later values (1)');
  await expect(run(given.as.api, 'select * from later')).rejects.toThrow('permission denied');
});

it('an api reads what it asks for', async () => {
  await using given = await scene();
  await run(given.as.store, "insert into topic (uid, slug, partition) values ('u', 's', 0)");
  expect(await findTopicStatus(given.as.api.database, { uid: 'u' })).toMatchObject({
    uid: 'u',
    consumers: 0,
  });
  expect(await listMessages(given.as.api.database, { limit: 1 })).toEqual({ messages: [], next: null });
  expect(await findMessage(given.as.api.database, 0, 1)).toBeUndefined();
  expect(await run(given.as.api, 'select seq from projection')).toEqual([]);
});
