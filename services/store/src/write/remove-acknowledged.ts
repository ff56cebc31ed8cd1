import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';

/**
 * Removes messages of retention `cacheall` that all consumers of their topic acknowledged (ACK-2, ACK-3): of
 * those that were acknowledged now, and of topics that somebody may no longer consume. Who is a consumer is
 * judged by the tables as they are.
 */
export async function removeWhatAllAcknowledged(
  db: Database,
  partition: number,
  sequences: readonly number[],
  shrunkTopics: readonly string[],
): Promise<void> {
  if (sequences.length === 0 && shrunkTopics.length === 0) return;
  await sql`
    with gone as (
      delete from message m
      where m.partition = ${partition} and m.retention = 'cacheall'
        and (m.seq = any(${sequences}::bigint[]) or m.topic_uid = any(${shrunkTopics}::text[]))
        -- Where nobody is left to consume, what nobody acknowledged waits for who comes next.
        and exists (select from delivery d where d.partition = m.partition and d.seq = m.seq)
        and not exists (
          select from (
            select "user" from topic_grant where topic_uid = m.topic_uid and permission = 'can_consume'
            union select "user" from consumer where topic_uid = m.topic_uid
          ) as c
          where not exists (
            select from delivery d where d.partition = m.partition and d.seq = m.seq and d."user" = c."user"))
      returning m.partition, m.seq
    )
    delete from delivery d using gone where d.partition = gone.partition and d.seq = gone.seq`.execute(db);
}
