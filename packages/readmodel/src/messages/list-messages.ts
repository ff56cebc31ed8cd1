import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../read-model.ts';
import {
  COLUMNS,
  DELIVERED,
  type MessagePlace,
  type MessageSummary,
  type PlaceRow,
  placeOf,
  type SummaryRow,
  summaryOf,
} from './summary.ts';

/** Which messages are listed; what is left out makes no difference. */
export interface MessageQuery {
  readonly topicUid?: string | undefined;
  readonly sourceTopic?: string | undefined;
  readonly user?: string | undefined;
  /** Whether it answers another topic's message. */
  readonly response?: boolean | undefined;
  /** Whether anybody acknowledged it. */
  readonly delivered?: boolean | undefined;
  /** Inclusive. */
  readonly since?: Date | undefined;
  /** Exclusive. */
  readonly until?: Date | undefined;
  /** Only what is older than this. */
  readonly after?: MessagePlace | undefined;
  readonly limit: number;
}

export interface MessageList {
  readonly messages: readonly MessageSummary[];
  /** The next page is what is older than this; `null` at the end. */
  readonly next: MessagePlace | null;
}

type Sql = RawBuilder<unknown>;

/** Which messages are looked at, in which order. */
interface Source {
  readonly messages: Sql;
  readonly newestFirst: Sql;
  readonly oldestFirst: Sql;
}

/** So many messages are looked at for one page: where few are wanted, the rest follows on the next ones. */
export const MOST_LOOKED_AT = 10_000;

/** Messages that match, newest first. Reads one end of an index and stops, whatever is asked for. */
export async function listMessages(
  database: Database,
  query: MessageQuery,
  mostLookedAt: number = MOST_LOOKED_AT,
): Promise<MessageList> {
  const { topicUid, limit } = query;
  const { messages, newestFirst, oldestFirst } =
    topicUid === undefined ? ofAll(query, mostLookedAt) : ofTopic(topicUid, query, mostLookedAt);
  const looked = sql`with looked as materialized (${messages})`;
  const { rows } = await sql<SummaryRow>`
    ${looked} select ${COLUMNS}, ${DELIVERED} as delivered from looked m where ${matching(query)}
    order by ${newestFirst} limit ${limit + 1}`.execute(database);
  const page = rows.slice(0, limit).map(summaryOf);
  const lastShown = rows[limit - 1];
  if (rows.length > limit && lastShown) return { messages: page, next: placeOf(lastShown) };
  const { rows: ends } = await sql<PlaceRow>`
    ${looked} select m.partition, m.seq, m.published_at from looked m
    where (select count(*) from looked) = ${mostLookedAt} order by ${oldestFirst} limit 1`.execute(database);
  return { messages: page, next: ends[0] ? placeOf(ends[0]) : null };
}

/** A topic is in one partition, where the order of the log is that of time. */
function ofTopic(uid: string, { after }: MessageQuery, most: number): Source {
  const before = after ? sql`and m.seq < ${after.sequence}` : sql``;
  const messages = sql`
    select m.* from unnest(array['cache', 'cacheall', 'store']) as rule cross join lateral (
      select ${COLUMNS} from message m where m.topic_uid = ${uid} and m.retention = rule ${before}
      order by m.seq desc limit ${most}) as m
    order by m.seq desc limit ${most}`;
  return { messages, newestFirst: sql`m.seq desc`, oldestFirst: sql`m.seq` };
}

function ofAll({ after, ...query }: MessageQuery, most: number): Source {
  const newestFirst = sql`m.published_at desc, m.partition desc, m.seq desc`;
  const older = after
    ? sql`and (m.published_at, m.partition, m.seq)
        < (${new Date(after.publishedAt).toISOString()}::timestamptz, ${after.partition}::int, ${after.sequence}::bigint)`
    : sql``;
  const messages = sql`
    select ${COLUMNS} from message m where ${all(duringOf(query))} ${older}
    order by ${newestFirst} limit ${most}`;
  return { messages, newestFirst, oldestFirst: sql`m.published_at, m.partition, m.seq` };
}

function matching({ sourceTopic, user, response, delivered, ...query }: MessageQuery): Sql {
  return all([
    ...duringOf(query),
    ...(sourceTopic === undefined ? [] : [sql`m.source_topic = ${sourceTopic}`]),
    ...(user === undefined ? [] : [sql`m."user" = ${user}`]),
    ...(response === undefined ? [] : [sql`(m.source_topic is not null) = ${response}`]),
    ...(delivered === undefined ? [] : [sql`${DELIVERED} = ${delivered}`]),
  ]);
}

function duringOf({ since, until }: Pick<MessageQuery, 'since' | 'until'>): Sql[] {
  return [
    ...(since ? [sql`m.published_at >= ${since.toISOString()}::timestamptz`] : []),
    ...(until ? [sql`m.published_at < ${until.toISOString()}::timestamptz`] : []),
  ];
}

function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}
