import type { Slug } from '@dasf-broker/protocol';
import { sql } from 'kysely';
import type { Database } from './read-model.ts';

/** What AVL-2 and API-3 are judged by. */
export interface TopicStatus {
  readonly uid: string;
  readonly slug: Slug;
  readonly supportsDasf: boolean;
  readonly lastPing: Date | null;
  readonly lastPong: Date | null;
  /** Connections that are consumers of the topic now. */
  readonly consumers: number;
  /** The description of the module's functions: JSON as it was sent. */
  readonly apiInfo: string | null;
}

interface Row {
  readonly uid: string;
  readonly slug: Slug;
  readonly supports_dasf: boolean;
  readonly last_ping: string | null;
  readonly last_pong: string | null;
  readonly consumers: string;
  readonly api_info: string | null;
}

/** The topic with this uid, or the newest with this name: a topic that was made again may have two rows. */
export async function findTopicStatus(
  database: Database,
  topic: { readonly uid: string } | { readonly slug: Slug },
): Promise<TopicStatus | undefined> {
  const which = 'uid' in topic ? sql`t.uid = ${topic.uid}` : sql`t.slug = ${topic.slug}`;
  const { rows } = await sql<Row>`
    select t.uid, t.slug, t.supports_dasf, t.last_ping, t.last_pong, t.api_info,
      (select count(*) from presence p where p.topic_uid = t.uid) as consumers
    from topic t where ${which} order by t.revision desc limit 1`.execute(database);
  const [row] = rows;
  return row && statusOf(row);
}

function statusOf(row: Row): TopicStatus {
  return {
    uid: row.uid,
    slug: row.slug,
    supportsDasf: row.supports_dasf,
    lastPing: row.last_ping === null ? null : new Date(row.last_ping),
    lastPong: row.last_pong === null ? null : new Date(row.last_pong),
    consumers: Number(row.consumers),
    apiInfo: row.api_info,
  };
}
