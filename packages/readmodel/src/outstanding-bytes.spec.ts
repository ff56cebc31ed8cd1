import { createDatabase } from '@dasf-broker/testing';
import { expect, inject, test } from 'vitest';
import { Message } from './entities/message.ts';
import { TopicRow } from './entities/topic.ts';
import { migrate } from './migrate.ts';
import { findUsersAbove } from './outstanding-bytes.ts';
import { openReadModel } from './read-model.ts';

const PIECE = 256 * 1024;
let next = 0;

function message(user: string, retention: Message['retention'], bytes: number, more: Partial<Message> = {}) {
  next += 1;
  const names = { topicUid: 'u', topic: 'weather', messageId: `m${next}`, publishedAt: new Date(next) };
  return { partition: 0, seq: next, ...names, user, retention, frame: Buffer.alloc(bytes), ...more };
}

test('users with more than so many bytes of what goes when it is acknowledged, those with most first', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using model = await openReadModel(database.url);
  await model
    .entities()
    .insertMany(Message, [
      message('ann', 'cache', 600),
      message('ann', 'cacheall', 600, { partition: 1 }),
      message('bob', 'cache', 1000),
      message('cid', 'store', 5000),
      message('dan', 'cache', 0, { pieces: 3 }),
    ]);
  expect(await findUsersAbove(model.database, { bytes: 1000, pieceBytes: PIECE, limit: 10 })).toEqual([
    'dan',
    'ann',
  ]);
  expect(await findUsersAbove(model.database, { bytes: 999, pieceBytes: PIECE, limit: 10 })).toEqual([
    'dan',
    'ann',
    'bob',
  ]);
  expect(await findUsersAbove(model.database, { bytes: 999, pieceBytes: PIECE, limit: 1 })).toEqual(['dan']);
  expect(
    await findUsersAbove(model.database, { bytes: 3 * PIECE - 1, pieceBytes: PIECE, limit: 10 }),
  ).toEqual(['dan']);
  expect(await findUsersAbove(model.database, { bytes: 3 * PIECE, pieceBytes: PIECE, limit: 10 })).toEqual(
    [],
  );
});

test('answers are of who made the response topic, what is in other topics is of who published it', async () => {
  await using database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  await using model = await openReadModel(database.url);
  const entities = model.entities();
  await entities.insertMany(TopicRow, [
    { uid: 'asked', slug: 'weather', partition: 0, creator: 'eve' },
    { uid: 'answers', slug: 'weather_x', partition: 0, creator: 'ann', responseForUid: 'asked' },
  ]);
  await entities.insertMany(Message, [
    message('module', 'cache', 600, { topicUid: 'answers' }),
    message('ann', 'cache', 500, { topicUid: 'asked' }),
  ]);
  expect(await findUsersAbove(model.database, { bytes: 1000, pieceBytes: PIECE, limit: 10 })).toEqual([
    'ann',
  ]);
  expect(await findUsersAbove(model.database, { bytes: 499, pieceBytes: PIECE, limit: 10 })).toEqual(['ann']);
});
