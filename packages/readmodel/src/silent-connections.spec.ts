import { createDatabase, HeldLine } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { openReadModel } from './read-model.ts';

test('a server that falls silent is given up, and used again when it speaks', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await using line = await HeldLine.to(database.url);
  const url = new URL(database.url);
  url.host = new URL(line.url).host;
  await using model = await openReadModel(url.href, { silenceTimeout: 500, poolSize: 1 });
  const ask = () => sql<{ one: number }>`select 1 as one`.execute(model.database);
  expect((await ask()).rows).toEqual([{ one: 1 }]);
  line.hold();
  await expect(ask()).rejects.toThrow('terminated');
  await expect(model.transaction((db) => sql`select 1`.execute(db))).rejects.toThrow();
  line.release();
  expect((await ask()).rows).toEqual([{ one: 1 }]);
});
