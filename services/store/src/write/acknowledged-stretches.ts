import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';

/** A message was acknowledged by a user for the first time. */
export interface Delivered {
  readonly seq: string;
  readonly user: string;
}

/**
 * Adds to the stretches that users acknowledged (see `Acknowledged`). A new stretch takes in those that it
 * overlaps or touches, which are few: one before it, one after it, and what lies within. For messages
 * that are there, what comes out does not depend on how acknowledgements were divided into runs.
 */
export async function noteAcknowledged(
  db: Database,
  partition: number,
  delivered: readonly Delivered[],
): Promise<void> {
  if (delivered.length === 0) return;
  await sql`
    with fresh as (
      select uid, "user", unnest(stretches) as stretch
      from (
        select m.topic_uid as uid, d."user", range_agg(int8range(m.previous_seq, m.seq, '(]')) as stretches
        from unnest(${delivered.map(({ seq }) => seq)}::bigint[],
          ${delivered.map(({ user }) => user)}::text[]) as d(seq, "user")
        join message m on m.partition = ${partition} and m.seq = d.seq
        group by m.topic_uid, d."user"
      ) as by_user
    ), touched as (
      select distinct near.topic_uid as uid, near."user", near.first_seq, near.last_seq
      from fresh cross join lateral (
        (select * from acknowledged a
          where a.topic_uid = fresh.uid and a."user" = fresh."user"
            and a.last_seq >= lower(fresh.stretch) - 1 and a.last_seq < upper(fresh.stretch))
        union all
        (select * from acknowledged a
          where a.topic_uid = fresh.uid and a."user" = fresh."user" and a.last_seq >= upper(fresh.stretch)
          order by a.last_seq limit 1)
      ) as near
      where near.first_seq <= upper(fresh.stretch)
    ), gone as (
      delete from acknowledged a using touched t
      where a.topic_uid = t.uid and a."user" = t."user" and a.last_seq = t.last_seq
      returning t.uid, t."user", int8range(t.first_seq, t.last_seq, '[]') as stretch
    )
    insert into acknowledged (topic_uid, "user", first_seq, last_seq)
    select uid, "user", lower(stretch), upper(stretch) - 1
    from (
      select uid, "user", unnest(range_agg(stretch)) as stretch
      from (select * from fresh union all select * from gone) as parts
      group by uid, "user"
    ) as joined`.execute(db);
}
