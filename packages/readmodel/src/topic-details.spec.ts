import { createDatabase } from '@dasf-broker/testing';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { migrate } from './migrate.ts';
import { type Database, openReadModel } from './read-model.ts';
import { watchPlans } from './testing/watched-plans.ts';
import { findTopicDetails } from './topic-details.ts';

async function fill(database: Database): Promise<void> {
  await sql`insert into topic (uid, slug, partition, last_ping)
    select 't' || n, 't' || n, 0, '2030-01-01T00:00:00Z' from generate_series(1, 5000) n`.execute(database);
  await sql`insert into message (partition, seq, topic_uid, topic, message_id, "user", retention, published_at, frame)
    select 0, n, 't' || (n % 300 + 1), 't', 'm' || n, 'ann', (array['cache', 'cacheall', 'store'])[n / 300 % 3 + 1],
      now(), '' from generate_series(0, 8999) n`.execute(database);
  await sql`update topic set response_for_uid = 't1' where uid in ('t2', 't3')`.execute(database);
  await sql`insert into presence (connection, topic_uid, partition, "user", subscription, edge, joined_at)
    select 'c' || n, 't' || (n % 300 + 1), 0, 'ann', 's', 'e', now() from generate_series(1, 600) n`.execute(
    database,
  );
  await sql`analyze`.execute(database);
}

test('counts what operators are shown of a topic, by index', async () => {
  await using temporary = await createDatabase(inject('databaseUrl'));
  await migrate(temporary.url);
  await using model = await openReadModel(temporary.url);
  const { database } = model;
  await fill(database);
  const found = await findTopicDetails(database, ['t1', 't300', 'none']);
  expect([...found.keys()].toSorted()).toEqual(['t1', 't300']);
  expect(found.get('t1')).toEqual({
    lastPing: new Date('2030-01-01T00:00:00Z'),
    lastPong: null,
    consumers: 2,
    pending: 20,
    stored: 10,
    storedResponses: 20,
  });

  const watched = watchPlans(database);
  await findTopicDetails(watched.database, ['t1', 't2']);
  const [plan] = await watched.plans();
  expect(plan).toContain('Index');
  expect(plan).not.toContain('Seq Scan');
});
