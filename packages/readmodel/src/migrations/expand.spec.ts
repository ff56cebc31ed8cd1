import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { MIGRATIONS, migrationsList, statementsOf } from '../migrations.ts';
import { openReadModel, type ReadModel } from '../read-model.ts';
import { breakingChanges } from '../testing/breaking-changes.ts';
import { readShape } from '../testing/schema-shape.ts';

/** The last migration that was there before versions had to run side by side. */
const BASELINE = '20261125233000-imports';

const CHANGELOG = readFileSync(join(import.meta.dirname, '../../../../CHANGELOG.md'), 'utf8');
const RELEASES = [...CHANGELOG.matchAll(/^## (\d+\.\d+\.\d+)/gm)].map(([, release]) => release);

async function run(readModel: ReadModel, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(readModel.database);
}

/** What these statements would break, on the schema of all migrations up to one. */
async function breaksOf(readModel: ReadModel, statements: readonly string[]): Promise<string[]> {
  const before = await readShape(readModel.database);
  await run(readModel, statements);
  return breakingChanges(before, await readShape(readModel.database));
}

describe('a version goes on running on what the next one makes of the schema', () => {
  it('each migration only adds, or takes away what a release that is out has stopped using', async () => {
    await using database = await createDatabase(inject('databaseUrl'));
    await using readModel = await openReadModel(database.url, { poolSize: 1 });
    const first = MIGRATIONS.indexOf(BASELINE) + 1;
    expect(first).toBeGreaterThan(0);
    await run(readModel, MIGRATIONS.slice(0, first).flatMap(statementsOf));
    for (const { name, contract } of migrationsList.slice(first)) {
      const breaks = await breaksOf(readModel, statementsOf(name));
      expect({ name, breaks }).toEqual({ name, breaks: contract?.breaks ?? [] });
      if (contract) expect(RELEASES).toContain(contract.unusedSince);
    }
  });

  it('what came up to the baseline would not have been let in', async () => {
    await using database = await createDatabase(inject('databaseUrl'));
    await using readModel = await openReadModel(database.url, { poolSize: 1 });
    const broken = new Map<string, string[]>();
    for (const name of MIGRATIONS.slice(0, MIGRATIONS.indexOf(BASELINE) + 1)) {
      const breaks = await breaksOf(readModel, statementsOf(name));
      if (breaks.length > 0) broken.set(name, breaks);
    }
    expect(Object.fromEntries(broken)).toMatchInlineSnapshot(`
      {
        "20261123010000-message-pieces": [
          "trigger message_pieces_follow is new, on table message",
        ],
        "20261123120000-acknowledged": [
          "index message_topic_index is another one",
        ],
        "20261125200000-pieces-of-their-own": [
          "column message_piece.stored_at is new and must be written",
          "constraint message_piece_pkey is another one",
          "function remove_message_pieces is another one",
        ],
      }
    `);
  });
});

describe('the judge', () => {
  let readModel: ReadModel;

  beforeAll(async () => {
    const opening = new AsyncDisposableStack();
    const database = opening.use(await createDatabase(inject('databaseUrl')));
    readModel = opening.use(await openReadModel(database.url, { poolSize: 1 }));
    await run(readModel, MIGRATIONS.flatMap(statementsOf));
    return () => opening.disposeAsync();
  });

  /** What a statement would break; it is undone then. */
  async function judged(statement: string): Promise<string[]> {
    const undo = new Error('undo');
    let found: string[] = [];
    const attempt = readModel.transaction(async (db) => {
      const before = await readShape(db);
      await sql.raw(statement).execute(db);
      found = breakingChanges(before, await readShape(db));
      throw undo;
    });
    await expect(attempt).rejects.toBe(undo);
    return found;
  }

  it.each([
    'alter table topic add column colour text',
    "alter table topic add column colour text not null default 'blue'",
    'alter table topic add column number bigint not null generated always as identity',
    'create index topic_colour_index on topic (slug, partition)',
    'create table colour (topic_uid text primary key, colour text not null)',
    'create table colour (n int); create unique index colour_n on colour (n)',
    "alter table topic alter column slug set default 'none'",
    'alter table message alter column frame drop not null',
    'create function colour() returns int language sql as $$ select 1 $$',
    "update topic set slug = 'other'",
  ])('has nothing against: %s', async (statement) => expect(await judged(statement)).toEqual([]));

  it.each([
    ['drop table dead_event', ['table dead_event is gone']],
    ['alter table topic rename to topics', ['table topic is gone']],
    ['alter table topic drop column api_info', ['column topic.api_info is gone']],
    [
      'alter table topic rename column slug to name',
      ['column topic.slug is gone', 'column topic.name is new'],
    ],
    [
      'alter table message alter column pieces type bigint',
      ['column message.pieces was integer and is bigint'],
    ],
    [
      'alter table message alter column pieces drop default',
      ['column message.pieces has no default any more'],
    ],
    [
      'alter table topic alter column api_info set not null',
      ['column topic.api_info takes no null any more'],
    ],
    ['alter table topic add column colour text not null', ['column topic.colour is new and must be written']],
    [
      'alter table topic add check (partition < 8)',
      ['constraint topic_partition_check is new, on table topic'],
    ],
    ['create unique index one_slug on topic (slug, partition)', ['index one_slug is new, on table topic']],
    ['alter table delivery drop constraint delivery_pkey', ['constraint delivery_pkey is gone']],
    ['drop index message_age_index', ['index message_age_index is gone']],
    ['drop trigger message_pieces_follow on message', ['trigger message_pieces_follow is gone']],
    [
      `create trigger loud after insert on topic for each statement execute function remove_message_pieces()`,
      ['trigger loud is new, on table topic'],
    ],
    [
      `create or replace function remove_message_pieces() returns trigger language plpgsql as $$
        begin return null; end $$`,
      ['function remove_message_pieces is another one'],
    ],
  ])('refuses: %s', async (statement, sentences) => {
    const found = await judged(statement);
    for (const sentence of sentences) expect(found.join('\n')).toContain(sentence);
  });
});
