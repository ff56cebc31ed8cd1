import type { Retention } from '@dasf-broker/protocol';
import type { Database } from '@dasf-broker/readmodel';
import { sql } from 'kysely';

/** By when something must have happened; in milliseconds since the epoch. */
export interface Usage {
  readonly partition: number;
  /** The rule of topics that have none of their own. */
  readonly retention: Retention;
  /** GC-1: a topic that was used since then stays. */
  readonly usedSince: number;
  /** GC-3, GC-4: so does one with a request that was made since then. */
  readonly askedSince: number;
  /** Only this response topic, or those for answers to this topic: a uid. */
  readonly of?: string | undefined;
}

const MAX_TOPICS = 5000;

/**
 * The response topics that nobody uses, by uid, the longest unused first. A topic with a connected consumer is
 * never among them (GC-2), nor one that holds messages which are owed to everybody or kept for ever.
 *
 * @param among only these
 */
export async function findUnusedTopics(
  db: Database,
  { partition, retention, usedSince, askedSince, of }: Usage,
  among?: readonly string[],
): Promise<readonly { readonly uid: string; readonly slug: string }[]> {
  const limited = among ? sql`and t.uid = any(${among}::text[])` : sql``;
  const ofTopic = of === undefined ? sql`` : sql`and (t.uid = ${of} or t.response_for_uid = ${of})`;
  const { rows } = await sql<{ uid: string; slug: string }>`
    select t.uid, t.slug from topic t
    where t.partition = ${partition} and t.response_for_uid is not null ${limited} ${ofTopic}
      and t.last_event < to_timestamp(${usedSince}::float8 / 1000)
      and coalesce(t.retention, ${retention}) in ('disabled', 'cache')
      and not exists (select from presence p where p.topic_uid = t.uid)
      and not exists (select from message m where m.topic_uid = t.uid and m.retention <> 'cache')
      and (t.last_event < to_timestamp(${askedSince}::float8 / 1000)
        or (not exists (select from message m where m.topic_uid = t.uid)
          and not exists (select from open_request o where o.topic_uid = t.uid
            and o.opened_at >= to_timestamp(${askedSince}::float8 / 1000))))
    order by t.last_event limit ${MAX_TOPICS}`.execute(db);
  return rows;
}
