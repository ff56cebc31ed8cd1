import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { Changes, IdAcknowledgement, PlaceAcknowledgement } from '../fold/changes.ts';
import { type Delivered, noteAcknowledged } from './acknowledged-stretches.ts';

/**
 * Applies acknowledgements (ACK-2): removes messages of retention `cache`, records the delivery of others.
 *
 * @returns the sequences of messages whose delivery to one more user was recorded
 */
export async function acknowledge(
  db: Database,
  partition: number,
  { acknowledgedPlaces, acknowledgedIds }: Changes,
): Promise<readonly number[]> {
  const places = [...acknowledgedPlaces, ...(await placesOf(db, partition, acknowledgedIds))];
  if (places.length === 0) return [];
  // The uid is compared, too: an acknowledgement has no effect on another topic's message.
  const sequences = places.map((place) => place.sequence);
  const uids = places.map((place) => place.uid);
  await sql`
    delete from message m using unnest(${sequences}::bigint[], ${uids}::text[]) as a(seq, uid)
    where m.partition = ${partition} and m.seq = a.seq and m.topic_uid = a.uid
      and m.retention = 'cache'`.execute(db);
  const { rows } = await sql<Delivered>`
    insert into delivery (partition, seq, "user", at)
    select distinct on (m.seq, a."user") m.partition, m.seq, a."user", to_timestamp(a.at / 1000)
    from unnest(${sequences}::bigint[], ${uids}::text[], ${places.map((place) => place.user)}::text[],
      ${places.map((place) => place.time)}::float8[]) as a(seq, uid, "user", at)
    join message m on m.partition = ${partition} and m.seq = a.seq and m.topic_uid = a.uid
    where m.retention in ('cacheall', 'store')
    order by m.seq, a."user", a.at
    on conflict do nothing returning seq, "user"`.execute(db);
  await noteAcknowledged(db, partition, rows);
  return [...new Set(rows.map((row) => Number(row.seq)))];
}

/** ACK-6: an id that the edge cannot place stands for those messages with it that came before. */
async function placesOf(
  db: Database,
  partition: number,
  ids: readonly IdAcknowledgement[],
): Promise<PlaceAcknowledgement[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ index: string; seq: string }>`
    select a.index, m.seq
    from unnest(${ids.map((id) => id.uid)}::text[], ${ids.map((id) => id.messageId)}::text[],
      ${ids.map((id) => id.before)}::bigint[]) with ordinality as a(uid, message_id, before, index)
    join message m on m.topic_uid = a.uid and m.message_id = a.message_id and m.seq < a.before
    where m.partition = ${partition}`.execute(db);
  return rows.flatMap(({ index, seq }) => {
    const id = ids[Number(index) - 1];
    return id ? [{ uid: id.uid, user: id.user, time: id.time, sequence: Number(seq) }] : [];
  });
}
