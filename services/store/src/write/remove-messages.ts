import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';
import type { RemovedMessage } from '../fold/changes.ts';

/** Removes messages that an operator wants gone, with the record of who acknowledged them. */
export async function removeMessages(
  db: Database,
  partition: number,
  removed: readonly RemovedMessage[],
): Promise<void> {
  if (removed.length === 0) return;
  await sql`
    with gone as (
      delete from message m using unnest(${removed.map(({ sequence }) => sequence)}::bigint[],
        ${removed.map(({ uid }) => uid)}::text[]) as r(seq, uid)
      where m.partition = ${partition} and m.seq = r.seq and m.topic_uid = r.uid
      returning m.partition, m.seq
    )
    delete from delivery d using gone where d.partition = gone.partition and d.seq = gone.seq`.execute(db);
}
