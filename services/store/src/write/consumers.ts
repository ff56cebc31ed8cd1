import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { Changes, NewConsumer } from '../fold/changes.ts';
import type { Consumer } from '../fold/parts.ts';

/** Those of these who ever consumed. */
export async function findConsumers(db: Database, consumers: readonly Consumer[]): Promise<Consumer[]> {
  if (consumers.length === 0) return [];
  const { rows } = await sql<Consumer>`
    select c.topic_uid as uid, c."user" from consumer c
    join unnest(${consumers.map(({ uid }) => uid)}::text[], ${consumers.map(({ user }) => user)}::text[])
      as v(uid, "user") on c.topic_uid = v.uid and c."user" = v."user"`.execute(db);
  return rows;
}

/** Users who ever consumed (ACK-3), the first time of each. */
export async function insertConsumers(db: Database, consumers: readonly NewConsumer[]): Promise<void> {
  if (consumers.length === 0) return;
  await sql`
    insert into consumer (topic_uid, "user", first_seen)
    select v.uid, v."user", to_timestamp(v.at / 1000)
    from unnest(${consumers.map((consumer) => consumer.uid)}::text[],
      ${consumers.map((consumer) => consumer.user)}::text[],
      ${consumers.map((consumer) => consumer.time)}::float8[]) as v(uid, "user", at)
    where not exists (select from topic_tombstone d where d.uid = v.uid)
    on conflict do nothing`.execute(db);
}

/** Who is connected. */
export async function writePresence(
  db: Database,
  partition: number,
  { leftConnections, goneEdges, joinedConnections }: Changes,
): Promise<void> {
  if (leftConnections.size > 0) {
    await sql`delete from presence where connection = any(${[...leftConnections]}::text[])`.execute(db);
  }
  if (goneEdges.size > 0) {
    await removeEdges(db, partition, goneEdges);
  }
  if (joinedConnections.size > 0) await insertPresence(db, partition, joinedConnections);
}

/** A topic that lost consumers with their edge was in use until then. */
async function removeEdges(
  db: Database,
  partition: number,
  gone: ReadonlyMap<string, number>,
): Promise<void> {
  await sql`
    with gone as (
      delete from presence p using unnest(${[...gone.keys()]}::text[], ${[...gone.values()]}::float8[]) as e(edge, at)
      where p.partition = ${partition} and p.edge = e.edge
      returning p.topic_uid, e.at
    )
    update topic t set last_event = greatest(t.last_event, to_timestamp(g.at / 1000))
    from (select topic_uid, max(at) as at from gone group by topic_uid) as g
    where t.uid = g.topic_uid`.execute(db);
}

async function insertPresence(
  db: Database,
  partition: number,
  joined: Changes['joinedConnections'],
): Promise<void> {
  const records = [...joined.values()];
  await sql`
    insert into presence (connection, topic_uid, partition, "user", subscription, edge, joined_at)
    select v.connection, v.uid, ${partition}::int, v."user", v.subscription, v.edge, to_timestamp(v.at / 1000)
    from unnest(${[...joined.keys()]}::text[],
      ${records.map((record) => record.event.uid)}::text[],
      ${records.map((record) => record.event.user)}::text[],
      ${records.map((record) => record.event.subscription)}::text[],
      ${records.map((record) => record.event.edge)}::text[],
      ${records.map((record) => record.time)}::float8[]) as v(connection, uid, "user", subscription, edge, at)
    where not exists (select from topic_tombstone d where d.uid = v.uid)
    on conflict do nothing`.execute(db);
}
