import { createDatabase } from '@dasf-broker/testing';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { makeRoles, ROLES, type Role, urlFor } from './roles.ts';

const passwords = { migrator: 'm', store: 's', api: 'a' };

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const shown = (url: string, setting: string) =>
  as(url, async (client) => (await client.query(`show ${setting}`)).rows[0][setting]);

it('gives the database to who migrates, whoever made what is in it, and limits the others', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await as(database.url, (client) => client.query('create table made_before (a int)'));
  // Roles belong to the whole server: a second round changes nothing.
  for (let round = 0; round < 2; round += 1) await makeRoles(database.url, passwords);
  const urlOf = (role: Role) => urlFor(role, database.url, passwords[role]);
  await as(urlOf('migrator'), (client) => client.query('alter table made_before add column b int'));
  await as(urlOf('migrator'), (client) => client.query('create schema scratch'));
  expect(await shown(urlOf('api'), 'statement_timeout')).toBe('5s');
  expect(await shown(urlOf('api'), 'default_transaction_read_only')).toBe('on');
  expect(await shown(urlOf('store'), 'statement_timeout')).toBe('1min');
  for (const role of ['store', 'api'] as const) {
    await as(urlOf(role), async (client) => {
      for (const statement of [
        'select * from made_before',
        'begin read write; create temporary table t (a int)',
        'rollback; begin read write; create table t (a int)',
      ])
        await expect(client.query(statement)).rejects.toThrow('permission denied');
    });
  }
});

it('T30: lets nobody else in', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await makeRoles(database.url, passwords);
  const stranger = new URL(database.url);
  for (const role of ROLES) {
    stranger.username = `dasf_${role}`;
    stranger.password = 'wrong';
    await expect(as(stranger.href, async () => {})).rejects.toThrow('password authentication failed');
  }
  const rights = await as(database.url, (client) =>
    client.query("select has_database_privilege('public', current_database(), 'connect') as may"),
  );
  expect(rights.rows).toEqual([{ may: false }]);
});
