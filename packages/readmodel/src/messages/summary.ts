import type { Retention } from '@dasf-broker/protocol';
import { sql } from 'kysely';

/** Where a message stands among all: by time, then by its place in the log. */
export interface MessagePlace {
  readonly partition: number;
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

/** A message but for its frame. */
export interface MessageSummary extends MessagePlace {
  readonly topicUid: string;
  readonly topic: string;
  readonly messageId: string;
  readonly user: string;
  readonly retention: Retention;
  readonly messageType: string | null;
  readonly sourceTopic: string | null;
  readonly responseTopic: string | null;
  readonly requestContext: string | null;
  readonly fragment: number | null;
  readonly numFragments: number | null;
  /** A large frame is in so many pieces; 0: in none. */
  readonly pieces: number;
  /** Somebody acknowledged it. */
  readonly delivered: boolean;
}

export interface PlaceRow {
  readonly partition: number;
  readonly seq: string;
  readonly published_at: string;
}

export interface SummaryRow extends PlaceRow {
  readonly topic_uid: string;
  readonly topic: string;
  readonly message_id: string;
  readonly user: string;
  readonly retention: Retention;
  readonly message_type: string | null;
  readonly source_topic: string | null;
  readonly response_topic: string | null;
  readonly request_context: string | null;
  readonly fragment: string | null;
  readonly num_fragments: string | null;
  readonly pieces: number;
  readonly delivered: boolean;
}

/** The columns of a message `m`, its frame left out. */
export const COLUMNS = sql`m.partition, m.seq, m.published_at, m.topic_uid, m.topic, m.message_id, m."user",
  m.retention, m.message_type, m.source_topic, m.response_topic, m.request_context, m.fragment, m.num_fragments,
  m.pieces`;

/** Asked message by message: as a join it would read all deliveries that there are. */
export const DELIVERED = sql<boolean>`coalesce(
  (select true from delivery d where d.partition = m.partition and d.seq = m.seq limit 1), false)`;

export function placeOf({ partition, seq, published_at }: PlaceRow): MessagePlace {
  return { partition, sequence: Number(seq), publishedAt: new Date(published_at).getTime() };
}

export function summaryOf(row: SummaryRow): MessageSummary {
  return {
    ...placeOf(row),
    topicUid: row.topic_uid,
    topic: row.topic,
    messageId: row.message_id,
    user: row.user,
    retention: row.retention,
    messageType: row.message_type,
    sourceTopic: row.source_topic,
    responseTopic: row.response_topic,
    requestContext: row.request_context,
    fragment: row.fragment === null ? null : Number(row.fragment),
    numFragments: row.num_fragments === null ? null : Number(row.num_fragments),
    pieces: row.pieces,
    delivered: row.delivered,
  };
}
