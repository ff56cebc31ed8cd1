import { openReader } from '@dasf-broker/api';
import { migrate, openReadModel, Presence, Projection, TopicRow } from '@dasf-broker/readmodel';
import { createDatabase } from '@dasf-broker/testing';
import { expect, inject, it } from 'vitest';

it('reads signs, connected consumers and the cursor', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using reader = await openReader(database.url);
  expect([await reader.lastSigns('u1'), await reader.foldedUpTo(0)]).toEqual([null, 0]);

  await using readModel = await openReadModel(database.url);
  const em = readModel.entities();
  const lastPing = new Date('2030-05-01T12:00:00.123Z');
  em.create(TopicRow, { uid: 'u1', slug: 'weather', partition: 0, lastPing, apiInfo: '{"functions":[]}' });
  em.create(Projection, { partition: 0, seq: 41 });
  const joinedAt = lastPing;
  const presence = { topicUid: 'u1', partition: 0, user: 'module', subscription: 's', edge: 'e', joinedAt };
  em.create(Presence, { connection: 'c1', ...presence });
  em.create(Presence, { connection: 'c2', ...presence });
  await em.flush();
  expect(await reader.lastSigns('u1')).toMatchObject({ lastPing, lastPong: null, consumers: 2 });
  expect([await reader.apiInfo('u1'), await reader.apiInfo('u2')]).toEqual(['{"functions":[]}', null]);
  expect(await reader.foldedUpTo(0)).toBe(41);
});

it('fails, soon, where the database is away', async () => {
  await using reader = await openReader('postgresql://nobody@127.0.0.1:1/none');
  await expect(reader.lastSigns('u1')).rejects.toThrow();
  await expect(reader.foldedUpTo(0)).rejects.toThrow();
});
