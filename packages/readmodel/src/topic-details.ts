import { sql } from 'kysely';
import type { Database } from './read-model.ts';

/** What operators want to know of a topic beside what the registry says. */
export interface TopicDetails {
  readonly lastPing: Date | null;
  readonly lastPong: Date | null;
  /** Connections that are consumers of the topic now. */
  readonly consumers: number;
  /** Messages that somebody has still to acknowledge: retention `cache` and `cacheall`. */
  readonly pending: number;
  /** Messages that are kept for ever: retention `store`. */
  readonly stored: number;
  /** Messages on its response topics that are kept for ever. */
  readonly storedResponses: number;
}

interface Row {
  readonly uid: string;
  readonly last_ping: string | null;
  readonly last_pong: string | null;
  readonly consumers: string;
  readonly pending: string;
  readonly stored: string;
  readonly stored_responses: string;
}

/** Of these topics, by uid; one that is not folded yet is missing. Counts messages one by one, by the index. */
export async function findTopicDetails(
  database: Database,
  uids: readonly string[],
): Promise<ReadonlyMap<string, TopicDetails>> {
  const { rows } = await sql<Row>`
    select t.uid, t.last_ping, t.last_pong,
      (select count(*) from presence p where p.topic_uid = t.uid) as consumers,
      (select count(*) from message m
        where m.topic_uid = t.uid and m.retention in ('cache', 'cacheall')) as pending,
      (select count(*) from message m where m.topic_uid = t.uid and m.retention = 'store') as stored,
      (select count(*) from topic r join message m on m.topic_uid = r.uid and m.retention = 'store'
        where r.response_for_uid = t.uid) as stored_responses
    from topic t where t.uid = any(${uids}::text[])`.execute(database);
  return new Map(rows.map((row) => [row.uid, detailsOf(row)]));
}

function detailsOf({ last_ping, last_pong, ...counts }: Row): TopicDetails {
  return {
    lastPing: last_ping === null ? null : new Date(last_ping),
    lastPong: last_pong === null ? null : new Date(last_pong),
    consumers: Number(counts.consumers),
    pending: Number(counts.pending),
    stored: Number(counts.stored),
    storedResponses: Number(counts.stored_responses),
  };
}
