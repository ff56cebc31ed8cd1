import { createDatabase, type TestDatabase } from '@dasf-broker/testing';
import { beforeAll, expect, inject, test } from 'vitest';
import { Acknowledged } from './entities/acknowledged.ts';
import { Message } from './entities/message.ts';
import { migrate } from './migrate.ts';
import { findOutstanding } from './outstanding.ts';
import { openReadModel, type ReadModel } from './read-model.ts';

let database: TestDatabase;
let model: ReadModel;

beforeAll(async () => {
  database = await createDatabase(inject('databaseUrl'));
  await migrate(database.url);
  model = await openReadModel(database.url);
  return async () => {
    await model[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
});

function message(uid: string, seq: number, retention: Message['retention'], bytes = 10) {
  return {
    partition: 0,
    seq,
    topicUid: uid,
    topic: 'weather',
    messageId: `id-${seq}`,
    user: 'ann',
    retention,
    publishedAt: new Date(seq),
    frame: Buffer.alloc(bytes, seq),
  };
}

const sequencesOf = (messages: readonly { readonly sequence: number }[]) =>
  messages.map((found) => found.sequence);

test('DLV-4: cache goes to all, cacheall and store to those who did not acknowledge', async () => {
  const em = model.entities();
  await em.insertMany(Message, [
    message('rules', 1, 'cache'),
    message('rules', 2, 'cacheall'),
    message('rules', 3, 'store'),
    message('rules', 4, 'store'),
    message('another', 5, 'cache'),
  ]);
  await em.insert(Acknowledged, { topicUid: 'rules', user: 'ann', firstSeq: 1, lastSeq: 3 });
  const outstanding = async (user: string) =>
    sequencesOf((await findOutstanding(model.database, { uid: 'rules', user, after: 0, upTo: 99 })).messages);
  expect(await outstanding('ann')).toEqual([1, 4]);
  expect(await outstanding('bob')).toEqual([1, 2, 3, 4]);
});

test('DLV-2: pages are ordered, bounded in bytes and complete', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => message('pages', 100 + index, 'cache', 1000));
  rows.push(message('pages', 140, 'cache', 50_000), message('pages', 141, 'cache'));
  await model.entities().insertMany(Message, rows);
  const range = { uid: 'pages', user: 'ann', upTo: 141 };
  const seen: number[] = [];
  for (let more = true; more; ) {
    const page = await findOutstanding(model.database, { ...range, after: seen.at(-1) ?? 0 }, 10_000);
    expect(page.messages.length).toBeGreaterThan(0);
    expect(page.messages.length).toBeLessThan(10);
    seen.push(...sequencesOf(page.messages));
    more = page.more;
  }
  expect(seen).toEqual(Array.from({ length: 42 }, (_, index) => 100 + index));
  const upTo = await findOutstanding(model.database, { ...range, upTo: 102, after: 0 });
  expect(sequencesOf(upTo.messages)).toEqual([100, 101, 102]);
  expect(Buffer.from(upTo.messages[0]?.frame ?? []).equals(Buffer.alloc(1000, 100))).toBe(true);
  expect(await findOutstanding(model.database, { ...range, after: 141 })).toEqual({
    more: false,
    messages: [],
  });
});

test('DLV-4: what lies between acknowledged stretches is found, however many there are', async () => {
  const em = model.entities();
  const sequences = Array.from({ length: 1500 }, (_, index) => 1000 + index);
  const isKept = (seq: number) => seq % 2 === 0;
  // Half are acknowledged one by one; of what was left out, all but every hundredth was removed.
  await em.insertMany(
    Acknowledged,
    sequences.filter(isKept).map((seq) => ({ topicUid: 'gaps', user: 'ann', firstSeq: seq, lastSeq: seq })),
  );
  const left = sequences.filter((seq) => isKept(seq) || seq % 100 === 1);
  await em.insertMany(
    Message,
    left.map((seq) => message('gaps', seq, seq < 2000 ? 'store' : 'cacheall')),
  );
  const seen: number[] = [];
  for (let more = true; more; ) {
    const range = { uid: 'gaps', user: 'ann', after: seen.at(-1) ?? 0, upTo: 2490 };
    const page = await findOutstanding(model.database, range);
    expect(page.messages.length > 0 || !page.more).toBe(true);
    seen.push(...sequencesOf(page.messages));
    more = page.more;
  }
  expect(seen).toEqual(left.filter((seq) => !isKept(seq) && seq <= 2490));
});
