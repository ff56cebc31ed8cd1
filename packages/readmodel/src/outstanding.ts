import { sql } from 'kysely';
import type { Database } from './read-model.ts';

/** Which messages are asked for: those of a topic that a user has still to get, in a range of sequences. */
export interface OutstandingRange {
  readonly uid: string;
  readonly user: string;
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly upTo: number;
}

export interface OutstandingRow {
  readonly sequence: number;
  readonly messageId: string;
  readonly frame: Uint8Array;
  /** A large frame is in so many pieces; then `frame` is empty. */
  readonly pieces?: number;
}

export interface OutstandingPage {
  /** More follow after the last of these. */
  readonly more: boolean;
  readonly messages: readonly OutstandingRow[];
}

const MAX_BYTES = 512 * 1024;
const MAX_ROWS = 1000;
/** What a message takes in an answer besides its frame and its id. */
const OVERHEAD_BYTES = 32;

interface Row {
  readonly seq: string;
  readonly message_id: string;
  readonly frame: Uint8Array;
  readonly pieces: number;
  readonly more: boolean;
}

/**
 * The oldest of a user's outstanding messages (DLV-4), oldest first: at least one where there is any, and as
 * many as fit `maxBytes`.
 */
export async function findOutstanding(
  database: Database,
  { uid, user, after, upTo }: OutstandingRange,
  maxBytes: number = MAX_BYTES,
): Promise<OutstandingPage> {
  // A message of retention `cache` is there until anyone acknowledges it; under the other two rules each
  // user's acknowledgement counts for that user. Sizes are known without reading the frames.
  const { rows } = await sql<Row>`
    with due as (
      select m.partition, m.seq,
        octet_length(m.frame) + 2 * octet_length(m.message_id) + ${OVERHEAD_BYTES}::int as size
      from message m
      where m.topic_uid = ${uid} and m.seq > ${after} and m.seq <= ${upTo}
        and (m.retention = 'cache' or not exists (
          select from delivery d where d.partition = m.partition and d.seq = m.seq and d."user" = ${user}))
      order by m.seq limit ${MAX_ROWS + 1}
    ), sized as (
      select partition, seq, sum(size) over w as total, row_number() over w as number, count(*) over () as due
      from due window w as (order by seq rows unbounded preceding)
    ), page as (
      select * from sized where number = 1 or (total <= ${maxBytes} and number <= ${MAX_ROWS})
    )
    select m.seq, m.message_id, m.frame, m.pieces, page.due > (select count(*) from page) as more
    from page join message m on m.partition = page.partition and m.seq = page.seq
    order by m.seq`.execute(database);
  const messages = rows.map((row) => ({
    sequence: Number(row.seq),
    messageId: row.message_id,
    frame: row.frame,
    ...(row.pieces > 0 ? { pieces: row.pieces } : {}),
  }));
  return { more: rows[0]?.more ?? false, messages };
}
