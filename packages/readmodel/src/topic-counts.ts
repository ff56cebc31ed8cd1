import { sql } from 'kysely';
import type { Database } from './read-model.ts';

export interface TopicCounts {
  /** Messages that somebody has still to acknowledge: retention `cache` and `cacheall`. */
  readonly pending: number;
  /** Messages that are kept for ever: retention `store`. */
  readonly stored: number;
}

/** How many messages are held of each of these topics, by uid; counts them one by one. */
export async function countMessages(
  database: Database,
  uids: readonly string[],
): Promise<ReadonlyMap<string, TopicCounts>> {
  const { rows } = await sql<{ topic_uid: string; pending: string; stored: string }>`
    select topic_uid,
      count(*) filter (where retention <> 'store') as pending,
      count(*) filter (where retention = 'store') as stored
    from message where topic_uid = any(${uids}::text[]) group by topic_uid`.execute(database);
  const counts = new Map<string, TopicCounts>(uids.map((uid) => [uid, { pending: 0, stored: 0 }]));
  for (const row of rows) {
    counts.set(row.topic_uid, { pending: Number(row.pending), stored: Number(row.stored) });
  }
  return counts;
}
