import { findOutstanding, findTopicStatus, migrate, openReadModel } from '@dasf-broker/readmodel';
import { createDatabase } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { fold } from './fold/evolve.ts';
import { eventsOf, recordsOf } from './testing/events.ts';
import { pagesRead, scannedTables, WatchedDatabase } from './testing/query-plans.ts';
import { writeChanges } from './write/write-changes.ts';

const MESSAGES = 1_000_000;
const TOPICS = 20_000;

/**
 * A topic `stored` with most of the messages, all of which ann acknowledged, `all` and `one` with some under
 * the other two rules, and many small topics beside them.
 */
const FILL = [
  `insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, published_at, frame,
     previous_seq)
   select 0, seq, 'stored', 'stored', 'm' || seq, 'ann', 'store', now(), '{}', seq - 1
   from generate_series(1, ${MESSAGES - 40_000}) as seq`,
  `insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, published_at, frame,
     previous_seq)
   select 0, seq, case when seq % 2 = 0 then 'all' else 'one' end, 't', 'm' || seq, 'ann',
     case when seq % 2 = 0 then 'cacheall' else 'cache' end, now(), '{}',
     case when seq % 2 = 0 then seq - 2 end
   from generate_series(${MESSAGES - 39_999}, ${MESSAGES}) as seq`,
  `insert into delivery (partition, seq, "user", at)
   select 0, seq, 'ann', now() from message where topic_uid = 'stored'`,
  `insert into acknowledged (topic_uid, "user", first_seq, last_seq) values ('stored', 'ann', 1, ${MESSAGES - 40_000})`,
  `insert into acknowledged (topic_uid, "user", first_seq, last_seq)
   select 'u' || n, 'ann', 1, n from generate_series(1, ${TOPICS}) as n`,
  `insert into topic (uid, slug, partition, last_kept_seq)
   select uid, uid, 0, 0 from (values ('stored'), ('all'), ('one')) as v(uid)
   union all select 'u' || n, 'u' || n, n % 4, 0 from generate_series(1, ${TOPICS}) as n`,
  `insert into topic_grant (topic_uid, permission, "user")
   select 'u' || n, 'can_consume', 'ann' from generate_series(1, ${TOPICS}) as n`,
  `insert into consumer (topic_uid, "user", first_seen)
   select 'u' || n, 'ann', now() from generate_series(1, ${TOPICS}) as n`,
  `insert into presence (connection, topic_uid, partition, "user", subscription, edge, joined_at)
   select 'c' || n, 'u' || n, n % 4, 'ann', 's', 'edge-' || n % 5, now() from generate_series(1, ${TOPICS}) as n`,
  `insert into topic_tombstone (uid, partition, deleted_at)
   select 'd' || n, 0, now() from generate_series(1, ${TOPICS}) as n`,
  'analyze',
];
const FILLING_TAKES_MS = 180_000;

/** What stays small: a row for each partition. */
const SMALL = ['projection'];

describe(`with ${MESSAGES} messages`, () => {
  let watched: WatchedDatabase;

  beforeAll(async () => {
    const database = await createDatabase(inject('databaseUrl'));
    await migrate(database.url);
    const model = await openReadModel(database.url, { statementTimeout: FILLING_TAKES_MS });
    for (const statement of FILL) await sql.raw(statement).execute(model.database);
    watched = new WatchedDatabase(model.database);
    return async () => {
      await model[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    };
  }, FILLING_TAKES_MS);

  async function expectNoScan() {
    const asked = watched.take();
    expect(asked.length).toBeGreaterThan(0);
    for (const query of asked) {
      const scanned = scannedTables(await watched.explain(query));
      expect(
        scanned.filter((table) => !SMALL.includes(table)),
        query.sql,
      ).toEqual([]);
    }
    return asked.map((query) => query.sql);
  }

  it('a scan would be seen', async () => {
    await sql`select max(octet_length(frame)) from message`.execute(watched.database);
    const [query] = watched.take();
    expect(query && scannedTables(await watched.explain(query))).toEqual(['message']);
  });

  it.each([
    ['stored', 'ann'],
    ['stored', 'newcomer'],
    ['all', 'ann'],
    ['one', 'ann'],
    ['u7', 'ann'],
    ['nowhere', 'ann'],
  ])('connecting to %s as %s scans no table', async (uid, user) => {
    await findOutstanding(watched.database, { uid, user, after: 0, upTo: MESSAGES });
    await findTopicStatus(watched.database, { uid });
    await expectNoScan();
  });

  it.each([
    ['who acknowledged everything', 'stored', 'ann', 40],
    ['who has it all before him', 'stored', 'newcomer', 20_000],
  ])('connecting as one %s reads no more than what is outstanding', async (_who, uid, user, most) => {
    await findOutstanding(watched.database, { uid, user, after: 0, upTo: MESSAGES });
    const plans = watched.take().map((query) => watched.explain(query, true));
    const pages = (await Promise.all(plans)).map(pagesRead);
    expect(pages.reduce((sum, count) => sum + count)).toBeLessThan(most);
  });

  it.each([
    ['stored', 'store'],
    ['all', 'cacheall'],
    ['one', 'cache'],
  ] as const)('acknowledging in %s scans no table', async (uid, retention) => {
    const { message, ack, ackOfId, joined, left, backlogSent, pong } = eventsOf(uid);
    const place = uid === 'stored' ? 5 : MESSAGES - (uid === 'all' ? 100 : 101);
    const joins = [joined('ann'), joined('bob', 'bob-1'), backlogSent('bob')];
    const acks = [ack('ann', place), ack('bob', place, place + 2), ackOfId('bob', `m${place + 4}`)];
    const records = recordsOf(
      ...joins,
      message('new', retention),
      ...acks,
      pong('ann'),
      left('bob', 'bob-1'),
    );
    // As if they came after all that is there.
    const changes = fold(records.map((record) => ({ ...record, sequence: record.sequence + MESSAGES })));
    await watched.database.transaction().execute(async (db) => writeChanges(db, 0, changes));
    const asked = await expectNoScan();
    for (const step of ['delete from message', 'insert into delivery', 'insert into presence']) {
      expect(asked.some((query) => query.includes(step))).toBe(true);
    }
  });
});
