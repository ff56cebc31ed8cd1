import type { Slug } from '@dasf-broker/protocol';
import { createDatabase } from '@dasf-broker/testing';
import { expect, inject, test } from 'vitest';
import { Presence } from './entities/presence.ts';
import { TopicRow } from './entities/topic.ts';
import { migrate } from './migrate.ts';
import { openReadModel } from './read-model.ts';
import { findTopicStatus } from './topic-status.ts';

test('API-3: signs of life, connected consumers and the description of a topic', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using model = await openReadModel(database.url);
  const em = model.entities();
  const lastPing = new Date('2030-01-01T00:00:00.123Z');
  await em.insertMany(TopicRow, [
    { uid: 'old', slug: 'weather', partition: 0, revision: 3 },
    { uid: 'new', slug: 'weather', partition: 0, revision: 4, supportsDasf: true, lastPing, apiInfo: '{}' },
  ]);
  const present = { partition: 0, user: 'ann', subscription: 's', edge: 'e', joinedAt: lastPing };
  await em.insertMany(Presence, [
    { connection: 'one', topicUid: 'new', ...present },
    { connection: 'two', topicUid: 'new', ...present },
    { connection: 'three', topicUid: 'old', ...present },
  ]);
  expect(await findTopicStatus(model.database, { slug: 'weather' as Slug })).toEqual({
    uid: 'new',
    slug: 'weather',
    supportsDasf: true,
    lastPing,
    lastPong: null,
    consumers: 2,
    apiInfo: '{}',
  });
  expect(await findTopicStatus(model.database, { uid: 'old' })).toMatchObject({ consumers: 1 });
  expect(await findTopicStatus(model.database, { uid: 'none' })).toBeUndefined();
});
