import { createDatabase, createRole } from '@dasf-broker/testing';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { CommandFault } from '../../command-fault.ts';
import { openSource } from './open-source.ts';

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((cause: unknown) => cause);
  return error instanceof CommandFault ? error.message : expect.fail(`no fault for people: ${error}`);
}

it.each([
  ['sqlite:///nowhere.sqlite3', 'There is no file /srv/site/nowhere.sqlite3, and no /nowhere.sqlite3.'],
  ['sqlite:////srv/nowhere.sqlite3', 'There is no file /srv/nowhere.sqlite3.'],
  ['mysql://host/database', expect.stringContaining('must be sqlite:///PATH or postgresql://')],
  ['postgresql://ann@127.0.0.1:1/site', expect.stringContaining('cannot be reached')],
])('says why %s is not opened', async (url, fault) => {
  expect(await faultOf(openSource(url, '/srv/site'))).toEqual(fault);
});

it('reads a PostgreSQL database by the right to select, and says what its user may not', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await using role = await createRole(database.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table open (id int); create table shut (id int)');
  await client.query(`grant select on open to ${role.name}`);
  await client.end();
  await using source = await openSource(role.url, '/');
  expect(await source.query('select id from open')).toEqual([]);
  expect(await faultOf(source.query('select id from shut'))).toContain('permission denied for table shut');
});
