import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { Changes, NewConsumer } from '../fold/changes.ts';

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
    await sql`delete from presence where partition = ${partition} and edge = any(${[...goneEdges]}::text[])`.execute(
      db,
    );
  }
  if (joinedConnections.size > 0) await insertPresence(db, partition, joinedConnections);
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
