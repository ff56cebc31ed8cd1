import { createDatabase } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { expect, inject, it } from 'vitest';
import { openReadModel } from './read-model.ts';

it('closes while its first connection is being made; who waited for that is told', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  const readModel = await openReadModel(database.url);
  const question = sql`select 1`.execute(readModel.database);
  const outcome = expect(question).rejects.toThrow(/being closed/);
  // Until the pool has been asked for a connection, which takes no round trip.
  await new Promise(setImmediate);
  await readModel[Symbol.asyncDispose]();
  await outcome;
}, 20_000);
