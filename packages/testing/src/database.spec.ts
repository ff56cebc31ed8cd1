import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { createDatabase } from './database.ts';

it('gives a database of its own and drops it again', async () => {
  let url: string;
  {
    await using database = await createDatabase(inject('databaseUrl'));
    url = database.url;
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query('SELECT current_database() AS name');
    expect(url).toContain(rows[0].name);
    expect((await client.query('SHOW fsync')).rows).toEqual([{ fsync: 'on' }]);
  }
  await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow(/does not exist/);
});
