import { createDatabase } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openReadModel, type ReadModel } from '../read-model.ts';
import { watchPlans } from '../testing/watched-plans.ts';
import { findFrame, findMessage } from './find-message.ts';
import { listMessages, type MessageQuery } from './list-messages.ts';

const BEGIN = Date.UTC(2030, 0, 1);
const at = (second: number) => new Date(BEGIN + second * 1000);
let stack: AsyncDisposableStack;
let model: ReadModel;

/** 20,000 messages, one a second, in two partitions; each tenth is an answer, each hundredth was acknowledged. */
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const temporary = stack.use(await createDatabase(inject('databaseUrl')));
  await migrate(temporary.url);
  model = stack.use(await openReadModel(temporary.url));
  const { database } = model;
  await sql`insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, source_topic,
      published_at, frame)
    select n % 2, n, 't' || (n % 10), 'topic-' || (n % 10), 'm' || n, case when n % 5000 = 7 then 'rare' else 'ann' end,
      (array['cache', 'cacheall', 'store'])[n % 3 + 1], case when n % 10 = 0 then 'weather' end,
      ${at(0).toISOString()}::timestamptz + n * interval '1 second', '{}' from generate_series(1, 20000) n`.execute(
    database,
  );
  await sql`insert into delivery (partition, seq, "user", at)
    select n % 2, n, 'bob', now() from generate_series(100, 20000, 100) n`.execute(database);
  // Where there is next to nothing, reading it all is quicker than by index.
  await sql`insert into delivery (partition, seq, "user", at)
    select 2, n, 'bob', now() from generate_series(1, 20000) n`.execute(database);
  await sql`insert into message_piece (partition, seq, message_seq, ordinal, topic_uid, stored_at, part)
    select 2, n, n, 1, 't1', now(), '' from generate_series(1, 20000) n`.execute(database);
  await sql`analyze`.execute(database);
});
afterAll(() => stack.disposeAsync());

async function sequences(query: Omit<MessageQuery, 'limit'>, limit = 1000, mostLookedAt?: number) {
  const found: number[] = [];
  let pages = 0;
  for (let after = query.after; pages === 0 || after !== undefined; pages += 1) {
    const { messages, next } = await listMessages(model.database, { ...query, limit, after }, mostLookedAt);
    found.push(...messages.map(({ sequence }) => sequence));
    after = next ?? undefined;
  }
  return { found, pages };
}

const down = (from: number, to: number, wanted: (n: number) => boolean) =>
  Array.from({ length: from - to + 1 }, (_, index) => from - index).filter(wanted);

describe('messages are listed', () => {
  it('all, newest first, a page at a time', async () => {
    const { found, pages } = await sequences({ since: at(15_001) }, 999);
    expect(found).toEqual(down(20_000, 15_001, () => true));
    expect(pages).toBe(6);
  });

  it.each<[string, Omit<MessageQuery, 'limit'>, (n: number) => boolean]>([
    ['of a topic', { topicUid: 't3' }, (n) => n % 10 === 3],
    ['of a user', { user: 'rare' }, (n) => n % 5000 === 7],
    ['that answer a topic', { sourceTopic: 'weather' }, (n) => n % 10 === 0],
    ['that answer none', { response: false, topicUid: 't1' }, (n) => n % 10 === 1],
    ['that answer, of a topic', { response: true, topicUid: 't1' }, () => false],
    ['that were delivered', { delivered: true }, (n) => n % 100 === 0],
    [
      'that were not delivered, of a topic',
      { delivered: false, topicUid: 't0' },
      (n) => n % 10 === 0 && n % 100 !== 0,
    ],
    ['of a time', { since: at(500), until: at(700) }, (n) => n >= 500 && n < 700],
    [
      'of a topic and a time',
      { topicUid: 't3', since: at(500), until: at(700) },
      (n) => n >= 500 && n < 700 && n % 10 === 3,
    ],
    ['of nobody', { user: 'nobody' }, () => false],
  ])('%s', async (_, query, wanted) => {
    expect((await sequences(query)).found).toEqual(down(20_000, 1, wanted));
  });

  it('with pages that are empty where many have to be looked at', async () => {
    for (const topic of [{}, { topicUid: 't7' }]) {
      const { found, pages } = await sequences({ user: 'rare', ...topic }, 10, 100);
      expect(found).toEqual([15_007, 10_007, 5007, 7]);
      expect(pages).toBe(1 + ('topicUid' in topic ? 2000 : 20_000) / 100);
    }
  });

  it('by index, whatever is asked for', async () => {
    const watched = watchPlans(model.database);
    const last = { partition: 1, sequence: 9001, publishedAt: at(9001).getTime() };
    const queries: Omit<MessageQuery, 'limit'>[] = [
      {},
      { after: last },
      { since: at(500), until: at(700) },
      { user: 'rare', delivered: true, after: last },
      { sourceTopic: 'weather', response: true },
      { topicUid: 't3' },
      { topicUid: 't3', delivered: false, after: last },
    ];
    for (const query of queries) {
      await listMessages(watched.database, { ...query, limit: 100 });
      for (const plan of await watched.plans()) expect(plan, JSON.stringify(query)).not.toContain('Seq Scan');
    }
  });
});

describe('one message', () => {
  it('is found with who acknowledged it, by index', async () => {
    const watched = watchPlans(model.database);
    expect(await findMessage(watched.database, 0, 300)).toMatchObject({
      partition: 0,
      sequence: 300,
      publishedAt: at(300).getTime(),
      topic: 'topic-0',
      messageId: 'm300',
      retention: 'cache',
      sourceTopic: 'weather',
      delivered: true,
      bytes: 2,
      pieces: 0,
      deliveries: [{ user: 'bob' }],
    });
    expect(Buffer.from((await findFrame(watched.database, 0, 300)) ?? []).toString()).toBe('{}');
    expect(await findMessage(watched.database, 1, 300)).toBeUndefined();
    for (const plan of await watched.plans()) expect(plan).not.toContain('Seq Scan');
  });

  it('has the size of all its pieces', async () => {
    const { database } = model;
    await sql`update message set pieces = 2, frame = '' where seq = 301`.execute(database);
    await sql`insert into message_piece (partition, seq, message_seq, ordinal, topic_uid, stored_at, part)
      select 1, 30000 + n, 301, n, 't1', now(), repeat('x', 1000 * n)::bytea from generate_series(1, 2) n`.execute(
      database,
    );
    expect(await findMessage(database, 1, 301)).toMatchObject({ pieces: 2, bytes: 3000, delivered: false });
  });
});
